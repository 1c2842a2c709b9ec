"""A citizen logs a low-carbon action: what it is worth as evidence, and what a person has to look at first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import UNSET

from backend.catalogue import Catalogue
from backend.domain.actions.anomalies import opened_at
from backend.domain.actions.quantification import check_parameters, check_quantity
from backend.domain.community.knowledge import elsewhere
from backend.domain.days import day_of
from backend.errors import EvidenceUnsupported, MethodNotFound, Refusal, TimeOutOfRange
from backend.errors.actions.evidence import (
    BeforeAccount,
    PhotoPlaceMissing,
    SceneMethodMismatch,
    SelfDeclaredLate,
)
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.log_action import (
    CLOCK_SKEW_MAX,
    SELF_DECLARED,
    LogAction,
    RequestedReview,
    SceneVisit,
)
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.actions import ActionRequest, Evidence
from backend.models.keys import uuid7
from backend.services.actions.device_velocity import Devices
from backend.services.actions.photos import Photos
from backend.services.anomalies import Anomalies
from backend.services.scanned_place import ScannedPlace, ScannedPlaces

BACKDATED_DAYS_MAX = 7
LOCATION_DECIMALS = 2
"""A hundredth of a degree is a kilometre: enough to see that a photo was taken in town, and no trail of a person."""


class Actions:
    """Turns logged actions into commands of the ledger."""

    def __init__(
        self,
        catalogue: Catalogue,
        queue: LedgerQueue,
        places: ScannedPlaces,
        photos: Photos,
        devices: Devices,
        anomalies: Anomalies,
    ) -> None:
        self._catalogue = catalogue
        self._queue = queue
        self._places = places
        self._photos = photos
        self._devices = devices
        self._anomalies = anomalies

    async def log_action(
        self,
        citizen_id: UUID,
        request: ActionRequest,
        device: bytes | None,
        idempotency: IdempotencyKey | None,
        now: datetime,
    ) -> Outcome:
        """The ledger's answer to an action. `device` is the request's X-Device.

        Raises MethodNotFound, the refusals of quantities, of codes and of evidence, DeviceMalformed.
        """
        method = self._catalogue.methods.get(request.method)
        if method is None:
            raise MethodNotFound
        parameters: Mapping[str, object] = {} if request.parameters is UNSET else request.parameters
        check_quantity(method, request.quantity)
        check_parameters(method, parameters)
        occurred_at = request.occurred_at or now
        place = await self._place(request.scene_code, method.code, citizen_id, now)
        photo, location, tier = _evidence(request.evidence, _tier(place))
        refusal_if_new = (
            elsewhere(method.code, parameters)
            or place.refusal
            or _untimely(occurred_at, now, tier, opened_at(citizen_id))
        )
        review = None if photo is None else RequestedReview("photo", {"photo": photo.hex(), **location})
        if review is None:
            review = await self._devices.suspicion(device, citizen_id, day_of(now))
        if review is None and refusal_if_new is None:
            self_declared = request.quantity if tier == SELF_DECLARED else None
            review = await self._anomalies.look(
                citizen_id, method.code, self_declared, _place_name(place, device), now
            )
        command = LogAction(
            id=uuid7(),
            citizen_id=citizen_id,
            method=method.code,
            quantity=request.quantity,
            parameters=parameters,
            tier=tier,
            occurred_at=occurred_at,
            # An instant that is refused may lie where no calendar reaches.
            day=day_of(occurred_at if refusal_if_new is None else now),
            event_id=place.event_id,
            gate=place.gate,
            badge_serial=place.badge_serial,
            idempotency=idempotency,
            at=now,
            refusal_if_new=refusal_if_new,
            scene=_visit(place),
            review=review,
        )
        if photo is not None:
            return await self._photos.submit(self._queue, command, photo)
        return await self._queue.submit(command)

    async def _place(self, text: str | None, method: str, citizen_id: UUID, now: datetime) -> ScannedPlace:
        """The place that was scanned, if any was. Raises what codes are refused with, SceneMethodMismatch."""
        if text is None:
            return ScannedPlace()
        place = await self._places.find(text, now, citizen_id)
        if place.scene is not None:
            methods = self._catalogue.scene_kinds[place.scene.kind].methods
            if method not in methods:
                raise SceneMethodMismatch(kind=place.scene.kind, methods=", ".join(methods))
        return place


def _untimely(occurred_at: datetime, now: datetime, tier: str, opened_at: datetime) -> Refusal | None:
    is_ancient = occurred_at < now - timedelta(days=BACKDATED_DAYS_MAX)
    if is_ancient or occurred_at > now + CLOCK_SKEW_MAX:
        return TimeOutOfRange(days_max=BACKDATED_DAYS_MAX)
    # A ceiling for each day is none for somebody who may name any day of a week.
    if tier == SELF_DECLARED and day_of(occurred_at) != day_of(now):
        return SelfDeclaredLate()
    # A sign is scanned today: it proves nothing of the week before its reader was a citizen here.
    return BeforeAccount() if occurred_at < opened_at - CLOCK_SKEW_MAX else None


def _place_name(place: ScannedPlace, device: bytes | None) -> str | None:
    """Where a crowd would gather: the scene, else the device; at an event crowds are what is to be expected."""
    if place.event_id is not None:
        return None
    if place.scene is not None:
        return f"scene {place.scene.id}"
    return None if device is None else f"device {device.decode('ascii')}"


def _tier(place: ScannedPlace) -> str:
    return SELF_DECLARED if place.event_id is None and place.scene is None else "E3"


def _visit(place: ScannedPlace) -> SceneVisit | None:
    scene = place.scene
    return None if scene is None else SceneVisit(scene.id, scene.kind, scene.name)


def _evidence(declared: Evidence | None, tier: str) -> tuple[bytes | None, dict[str, float], str]:
    """A photo's SHA-256, the location it was taken at, and the tier that the evidence is worth.

    Raises EvidenceUnsupported, PhotoPlaceMissing.
    """
    if declared is None:
        return None, {}, tier
    if declared.tier == "E4" and tier == "E5":
        if declared.photo is None or declared.lat is None or declared.lon is None:
            raise PhotoPlaceMissing
        lat, lon = round(declared.lat, LOCATION_DECIMALS), round(declared.lon, LOCATION_DECIMALS)
        return bytes.fromhex(declared.photo), {"lat": lat, "lon": lon}, "E4"
    if declared.tier != tier:
        raise EvidenceUnsupported(tier=declared.tier)
    if (declared.photo, declared.lat, declared.lon) != (None, None, None):
        raise PhotoPlaceMissing
    return None, {}, tier
