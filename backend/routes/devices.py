"""Scanning devices and gates, for staff: letting devices in, revoking them, rules, blocked badges, figures, history."""

from __future__ import annotations

from backend.auth import Role
from backend.domain.gates.gate_rules import RESULTS
from backend.errors import BadgeUnknown, EventClosed, EventNotFound, GateNotFound
from backend.errors.gates import GateHoursInvalid, OnboardingInvalid, ScanDeviceNotFound
from backend.messages.gates.devices import (
    BadgeBlockRequest,
    BadgeBlockView,
    DeviceRevocationRequest,
    DeviceSession,
    DeviceSessionRequest,
    EntrySettingsRequest,
    EntrySettingsView,
    GateRulesRequest,
    GateRulesView,
    GateStatistics,
    OnboardingCode,
    ScanDeviceRequest,
    ScanDeviceView,
)
from backend.messages.gates.gate_scans import GateScanView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ANY_STAFF, OF_THE_GATES, PAGING, Endpoint, Query, in_section
from backend.services.gates import devices, entry_settings, statistics
from backend.services.gates.statistics import ScanFilter

AT_THE_VENUE: tuple[Role, ...] = ("staff", "organiser", "operator")
NUMBER_MAX = 999_999_999


async def create_device(call: Call) -> OnboardingCode:
    return await devices.create_device(
        call.components.database,
        call.principal,
        call.params["slug"],
        call.body,
        call.components.settings.public_base,
    )


async def list_devices(call: Call) -> Page[ScanDeviceView]:
    return await devices.list_devices(call.principal, call.params["slug"], call.limit, call.cursor_id)


async def revoke_device(call: Call) -> ScanDeviceView:
    return await devices.revoke_device(
        call.components.database,
        call.components.device_authenticator,
        call.principal,
        call.params["slug"],
        call.params["id"],
        call.body.reason,
    )


async def onboard_device(call: Call) -> DeviceSession:
    return await devices.onboard_device(
        call.components.database, call.components.device_authenticator, call.body.onboarding_code, call.now
    )


async def show_rules(call: Call) -> Page[GateRulesView]:
    return Page(await devices.show_rules(call.components.database, call.principal, call.params["slug"]))


async def set_rules(call: Call) -> GateRulesView:
    return await devices.set_rules(
        call.components.database,
        call.components.device_authenticator,
        call.principal,
        call.params["slug"],
        call.body,
    )


async def show_entry_settings(call: Call) -> EntrySettingsView:
    return await entry_settings.show_entry_settings(
        call.components.database, call.principal, call.params["slug"]
    )


async def set_entry_settings(call: Call) -> EntrySettingsView:
    return await entry_settings.set_entry_settings(
        call.components.database,
        call.components.device_authenticator,
        call.principal,
        call.params["slug"],
        call.body,
    )


async def block_badge(call: Call) -> BadgeBlockView:
    return await devices.block_badge(call.components.database, call.principal, call.params["slug"], call.body)


async def show_statistics(call: Call) -> GateStatistics:
    return await statistics.statistics(
        call.components.database,
        call.components.device_authenticator,
        call.principal,
        call.params["slug"],
        call.now,
    )


async def list_scans(call: Call) -> Page[GateScanView]:
    wanted = ScanFilter(
        gate=call.whole("gate", 0, NUMBER_MAX),
        device_id=call.id("device"),
        result=call.one_of("result", RESULTS),
        serial=call.whole("serial", 0, NUMBER_MAX),
        from_at=call.instant("from"),
        to_at=call.instant("to"),
    )
    return await statistics.list_scans(
        call.components.database, call.principal, call.params["slug"], wanted, call.limit, call.cursor
    )


_INSTANT = {"type": "string", "format": "date-time"}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": 999_999_999}

ENDPOINTS = in_section(
    "gates",
    Endpoint(
        "POST /v1/events/{slug}/devices",
        create_device,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="Enter a scanning device; its onboarding code is shown this once and works once, for 10 minutes",
        body=ScanDeviceRequest,
        answers={201: OnboardingCode},
        refusals=(EventNotFound, EventClosed, GateNotFound),
    ),
    Endpoint(
        "GET /v1/events/{slug}/devices",
        list_devices,
        roles=ANY_STAFF,
        duty=("gate",),
        summary="Scanning devices of an event, newest first",
        answers={200: Page[ScanDeviceView]},
        refusals=(EventNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/events/{slug}/devices/{id}/revocation",
        revoke_device,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="Revoke a scanning device; every server process knows within 10 seconds",
        body=DeviceRevocationRequest,
        answers={200: ScanDeviceView},
        refusals=(EventNotFound, ScanDeviceNotFound),
    ),
    Endpoint(
        "POST /v1/device-sessions",
        onboard_device,
        summary="Let a scanning device in with its onboarding code; its token is shown this once",
        body=DeviceSessionRequest,
        answers={201: DeviceSession},
        refusals=(OnboardingInvalid,),
    ),
    Endpoint(
        "GET /v1/events/{slug}/gate-settings",
        show_rules,
        roles=ANY_STAFF,
        duty=("gate",),
        summary="What each gate lets through",
        answers={200: Page[GateRulesView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/gate-settings",
        set_rules,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="Say what a gate lets through from now on",
        body=GateRulesRequest,
        answers={200: GateRulesView},
        refusals=(EventNotFound, GateNotFound, GateHoursInvalid),
    ),
    Endpoint(
        "GET /v1/events/{slug}/entry-settings",
        show_entry_settings,
        roles=ANY_STAFF,
        duty=("gate",),
        summary="When a badge may enter an event again, and the event's daily hours",
        answers={200: EntrySettingsView},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/entry-settings",
        set_entry_settings,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate",),
        summary="Say when a badge may enter an event again, and the event's daily hours",
        body=EntrySettingsRequest,
        answers={200: EntrySettingsView},
        refusals=(EventNotFound, GateHoursInvalid),
    ),
    Endpoint(
        "POST /v1/events/{slug}/badge-blocks",
        block_badge,
        roles=AT_THE_VENUE,
        organiser_duty=OF_THE_GATES,
        duty=("gate", "badges", "desk"),
        summary="Keep a badge out for the time being, or let it in again",
        body=BadgeBlockRequest,
        answers={200: BadgeBlockView},
        refusals=(EventNotFound, BadgeUnknown),
    ),
    Endpoint(
        "GET /v1/events/{slug}/gate-statistics",
        show_statistics,
        roles=ANY_STAFF,
        duty=("gate",),
        summary="Entered, left, inside, expected, joined, let pass by staff; by gate, device, category, day and minute",
        answers={200: GateStatistics},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "GET /v1/events/{slug}/gate-scans",
        list_scans,
        roles=ANY_STAFF,
        duty=("gate",),
        summary="Scans at an event's gates, refused ones too, those that arrived last first",
        answers={200: Page[GateScanView]},
        refusals=(EventNotFound,),
        query=(
            *PAGING,
            Query("gate", _NUMBER, "at this gate"),
            Query("device", {"type": "string", "format": "uuid"}, "by this device"),
            Query("result", {"type": "string", "enum": list(RESULTS)}, "with this result"),
            Query(
                "serial", _NUMBER, "of this badge, of those that it replaced and of those that replaced it"
            ),
            Query("from", _INSTANT, "made at this instant or later"),
            Query("to", _INSTANT, "made before this instant"),
        ),
    ),
)
