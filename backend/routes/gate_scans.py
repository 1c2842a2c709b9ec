"""What scanning devices ask with their own tokens: scans, annulments, the offline bundle, syncs, badges by hand."""

from __future__ import annotations

from backend.errors import InvalidBody, InvalidQuery, MalformedBody
from backend.errors.gates import (
    AnnulmentRefused,
    GateScanNotFound,
    OverrideRefused,
    OverrideUnexplained,
    ScanIdReused,
)
from backend.messages.gates.gate_scans import (
    DeviceBundle,
    FoundBadges,
    GateScanAnswer,
    GateScanRequest,
    OverrideRequest,
    SyncAnswer,
    SyncRequest,
)
from backend.routes.http.call import Call
from backend.routes.http.endpoint import Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.gates import offline_sync, online_scan, statistics
from backend.services.gates import override as let_pass


async def scan(call: Call) -> Reply:
    answer, is_repeat = await online_scan.scan(
        call.components.database,
        call.components.device_authenticator,
        call.components.codes,
        call.device,
        call.body,
        call.now,
    )
    return Reply(answer, headers=((b"idempotency-replayed", b"true"),) if is_repeat else ())


async def annul(call: Call) -> GateScanAnswer:
    return await online_scan.annul(
        call.components.database,
        call.components.device_authenticator,
        call.device,
        call.params["id"],
        call.now,
    )


async def override(call: Call) -> Reply:
    answer, is_repeat = await let_pass.override(
        call.components.database,
        call.components.device_authenticator,
        call.device,
        call.params["id"],
        call.body,
        call.now,
    )
    return Reply(answer, headers=((b"idempotency-replayed", b"true"),) if is_repeat else ())


async def sync(call: Call) -> SyncAnswer:
    return await offline_sync.sync(
        call.components.database,
        call.components.device_authenticator,
        call.components.codes,
        call.device,
        call.raw,
        call.now,
    )


async def show_bundle(call: Call) -> DeviceBundle:
    return await call.components.bundles.bundle(call.device, call.query("since"), call.now)


async def find_badges(call: Call) -> FoundBadges:
    text = call.query("query")
    if text is None:
        raise InvalidQuery.of("query", "missing")
    return await statistics.find_badges(call.components.database, call.device, text)


ENDPOINTS = in_section(
    "gates",
    Endpoint(
        "POST /v1/device-scans",
        scan,
        device="active",
        summary="May this badge pass? Answered with 200 and a code either way, and kept either way",
        body=GateScanRequest,
        answers={200: GateScanAnswer},
        refusals=(ScanIdReused,),
    ),
    Endpoint(
        "POST /v1/device-scans/{id}/annulment",
        annul,
        device="active",
        summary="Take back a scan of this device within 15 minutes, if it was the badge's last",
        answers={200: GateScanAnswer},
        refusals=(GateScanNotFound, AnnulmentRefused),
    ),
    Endpoint(
        "POST /v1/device-scans/{id}/override",
        override,
        device="active",
        summary="Let pass a badge that this device refused, within 15 minutes, with a reason that is kept",
        body=OverrideRequest,
        answers={200: GateScanAnswer},
        refusals=(GateScanNotFound, OverrideRefused, OverrideUnexplained, ScanIdReused),
    ),
    Endpoint(
        "POST /v1/device-syncs",
        sync,
        device="late",
        summary="Hand in scans that were queued offline, 5,000 at most; a file that comes again gets its first answers",
        body=SyncRequest,
        answers={200: SyncAnswer},
        refusals=(InvalidBody, MalformedBody),
        is_decoded=False,
    ),
    Endpoint(
        "GET /v1/device-bundle",
        show_bundle,
        device="active",
        summary="What a device needs to decide offline: hashed codes, states, rules; no personal data",
        answers={200: DeviceBundle},
        query=(
            Query("since", {"type": "string", "maxLength": 40}, "version of the bundle it has: the changes"),
        ),
    ),
    Endpoint(
        "GET /v1/device-badges",
        find_badges,
        device="active",
        summary="Badges by serial, or by the beginning of the organiser's label or reference",
        answers={200: FoundBadges},
        query=(Query("query", {"type": "string", "minLength": 1, "maxLength": 40}, "required"),),
    ),
)
