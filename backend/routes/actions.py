"""Logging low-carbon actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec
from msgspec import UNSET

from backend.domain.actions.quantification import check_parameters, check_quantity
from backend.domain.catalogue.refusals import CalculationRefusal
from backend.domain.community.knowledge import elsewhere
from backend.domain.days import day_of
from backend.errors import (
    CodeExpired,
    EventNotRunning,
    EvidenceUnsupported,
    IdempotencyKeyReused,
    MethodNotFound,
    Refusal,
    TimeOutOfRange,
)
from backend.errors.account.points import ActionsPerDay, MethodRetired
from backend.errors.actions.evidence import (
    EVIDENCE_REFUSALS,
    PhotoPlaceMissing,
    SceneClosed,
    SceneMethodMismatch,
)
from backend.errors.community.knowledge import EarnedElsewhere
from backend.errors.venue import OutsideWindow, PassForStaff
from backend.ledger.command import LogAction, Outcome, RequestedReview, SceneVisit
from backend.messages.actions import actions as m_actions
from backend.messages.actions.actions import ActionRequest, Evidence
from backend.models.keys import uuid7
from backend.routes.http.endpoint import BADGE, CITIZEN, CODE, DEVICE, QUEUED, Call, Endpoint

BACKDATED_DAYS_MAX = 7
CLOCK_SKEW_S_MAX = 120
PLACE_DECIMALS = 2
"""A hundredth of a degree is a kilometre: enough to see that a photo was taken in town, and no trail of a person."""


class _Place(msgspec.Struct):
    """Where an action was done, by the code that was scanned there; nothing without a code."""

    event_id: UUID | None = None
    gate: int | None = None
    badge_serial: int | None = None
    scene: SceneVisit | None = None
    refusal: Refusal | None = None

    @property
    def tier(self) -> str:
        return "E5" if self.event_id is None and self.scene is None else "E3"


async def log_action(call: Call) -> Outcome:
    request: ActionRequest = call.body
    components = call.components
    method = components.catalogue.methods.get(request.method)
    if method is None:
        raise MethodNotFound
    parameters: Mapping[str, object] = {} if request.parameters is UNSET else request.parameters
    check_quantity(method, request.quantity)
    check_parameters(method, parameters)
    # A phone's clock may run a little ahead; more than that is a mistake or an attempt.
    occurred_at = request.occurred_at or call.now
    is_ancient = occurred_at < call.now - timedelta(days=BACKDATED_DAYS_MAX)
    refusal_if_new: Refusal | None = None
    if is_ancient or occurred_at > call.now + timedelta(seconds=CLOCK_SKEW_S_MAX):
        refusal_if_new = TimeOutOfRange(days_max=BACKDATED_DAYS_MAX)
    place = _Place() if request.scene_code is None else await _place(call, request.scene_code, method.code)
    refusal_if_new = place.refusal or refusal_if_new
    refusal_if_new = elsewhere(method.code, parameters) or refusal_if_new
    photo, seen_at, tier = _evidence(request.evidence, place.tier)
    review = None if photo is None else RequestedReview("photo", {"photo": photo.hex(), **seen_at})
    device = call.header(b"x-device")
    if device is not None and review is None:
        review = await components.devices.suspicion(device, call.principal.id, day_of(call.now))
    command = LogAction(
        id=uuid7(),
        citizen_id=call.principal.id,
        method=method.code,
        quantity=request.quantity,
        parameters=parameters,
        tier=tier,
        occurred_at=occurred_at,
        # An instant that is refused may lie where no calendar reaches.
        day=day_of(occurred_at if refusal_if_new is None else call.now),
        event_id=place.event_id,
        gate=place.gate,
        badge_serial=place.badge_serial,
        idempotency=call.idempotency,
        at=call.now,
        refusal_if_new=refusal_if_new,
        scene=place.scene,
        review=review,
    )
    if photo is not None:
        return await components.photos.submit(components.queue, command, photo)
    return await components.queue.submit(command)


async def _place(call: Call, text: str, method: str) -> _Place:
    """The place of a scanned code. Raises what codes are refused with, SceneMethodMismatch."""
    components = call.components
    code = components.codes.read(text, call.now, call.principal.id)
    if code.kind == "P":
        raise PassForStaff
    if code.kind == "W":
        event_id = await components.directory.of_code(code.event_code)
        poster = await components.posters.poster(event_id, code.number)
        return _Place(event_id, poster.gate, refusal=poster.refusal_at(call.now))
    if code.kind != "S":
        event_id = await components.directory.of_code(code.event_code)
        refusal = CodeExpired() if code.is_expired else None
        return _Place(event_id, code.gate, code.badge_serial, refusal=refusal)
    scene = await components.scenes.of_sign(code.event_code, code.number)
    methods = components.catalogue.scene_kinds[scene.kind].methods
    if method not in methods:
        raise SceneMethodMismatch(kind=scene.kind, methods=", ".join(methods))
    visit = SceneVisit(scene.id, scene.kind, scene.name)
    if code.number != scene.revision:
        return _Place(scene=visit, refusal=CodeExpired())
    return _Place(scene=visit, refusal=None if scene.is_open else SceneClosed())


def _evidence(told: Evidence | None, tier: str) -> tuple[bytes | None, dict[str, float], str]:
    """A photo's SHA-256, the place it was taken at, and the tier that the evidence is worth.

    Raises EvidenceUnsupported, PhotoPlaceMissing.
    """
    if told is None:
        return None, {}, tier
    parts = (told.photo, told.lat, told.lon)
    if told.tier == "E4" and tier == "E5":
        if told.photo is None or told.lat is None or told.lon is None:
            raise PhotoPlaceMissing
        place = {"lat": round(told.lat, PLACE_DECIMALS), "lon": round(told.lon, PLACE_DECIMALS)}
        return bytes.fromhex(told.photo), place, "E4"
    if told.tier != tier:
        raise EvidenceUnsupported(tier=told.tier)
    if parts != (None, None, None):
        raise PhotoPlaceMissing
    return None, {}, tier


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/v1/actions",
        handler=log_action,
        tag="actions",
        roles=CITIZEN,
        summary="Log a low-carbon action and earn points",
        body=m_actions.ActionRequest,
        answers={201: m_actions.ActionAnswer},
        refusals=(
            MethodNotFound,
            CalculationRefusal,
            TimeOutOfRange,
            MethodRetired,
            EarnedElsewhere,
            ActionsPerDay,
            EvidenceUnsupported,
            *EVIDENCE_REFUSALS,
            *CODE,
            *BADGE,
            OutsideWindow,
            PassForStaff,
            EventNotRunning,
            IdempotencyKeyReused,
            *QUEUED,
        ),
        idempotency="required",
        headers=(DEVICE,),
    ),
)
