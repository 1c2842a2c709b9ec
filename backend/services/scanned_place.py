"""What a scanned code stands for: an event's gate or badge, a certified scene, or a reason why it counts for nothing.

Scans, actions and code look-ups ask here, so a code means the same to all of them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from backend.domain.qr_codes import Code, CodeKeys
from backend.errors import CodeExpired, Refusal
from backend.errors.actions.evidence import SceneClosed
from backend.errors.venue import PassForStaff
from backend.services.actions.scene_cache import KnownScene, SceneCache
from backend.services.events.event_cache import EventCache
from backend.services.venue.poster_cache import PosterCache


class ScannedPlace(msgspec.Struct, frozen=True):
    """An event, with the gate of a screen or a poster or with the serial of a badge; or a scene."""

    event_id: UUID | None = None
    gate: int | None = None
    badge_serial: int | None = None
    scene: KnownScene | None = None
    refusal: Refusal | None = None
    """Why it counts for nothing new now. A request that is repeated later gets its first answer all the same."""


class ScannedPlaces:
    """Finds places, from the signature and from what a process keeps: a crowd of scans asks no database."""

    def __init__(self, codes: CodeKeys, events: EventCache, posters: PosterCache, scenes: SceneCache) -> None:
        self._codes = codes
        self._events, self._posters, self._scenes = events, posters, scenes

    async def find(self, text: str, at: datetime, citizen_id: UUID | None) -> ScannedPlace:
        """The place of a scanned text. Raises CodeMalformed, CodeForged, CodeForeign, PassForStaff."""
        return await self.of_code(self._codes.read(text, at, citizen_id), at)

    def is_badge(self, text: str, at: datetime) -> bool:
        """Whether a text is a badge's code. Raises CodeMalformed, CodeForged."""
        return self._codes.read(text, at).kind == "B"

    async def of_code(self, code: Code, at: datetime) -> ScannedPlace:
        """The place of a code whose MAC is right. Raises CodeForeign, PassForStaff."""
        if code.kind == "S":
            return await self._scene(code)
        if code.kind == "P":
            raise PassForStaff
        event_id = await self._events.of_code(code.event_code)
        if code.kind == "W":
            poster = await self._posters.poster(event_id, code.number)
            return ScannedPlace(event_id, poster.gate, refusal=poster.refusal_at(at))
        refusal = CodeExpired() if code.is_expired else None
        return ScannedPlace(event_id, code.gate, code.badge_serial, refusal=refusal)

    async def _scene(self, code: Code) -> ScannedPlace:
        scene = await self._scenes.of_sign(code.event_code, code.number)
        refusal: Refusal | None = None
        if code.number != scene.revision:
            refusal = CodeExpired()
        elif not scene.is_open:
            refusal = SceneClosed()
        return ScannedPlace(scene=scene, refusal=refusal)
