"""What a code says, for a phone that has just read it; nothing is written."""

from __future__ import annotations

from datetime import datetime

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.certificates.number import event_code_of
from backend.domain.qr_codes import Code, CodeKeys
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.events.events import CodeView
from backend.models import Event
from backend.services.actions.scenes import find_scene, scene_views
from backend.services.events.events import badge_category, check_visible, event_view
from backend.services.scanned_place import ScannedPlaces
from backend.storage.database import Database


class CodeLookup:
    """Shows the event or the scene of a code."""

    def __init__(
        self,
        database: Database,
        codes: CodeKeys,
        places: ScannedPlaces,
        footprints: FootprintBook,
        catalogue: Catalogue,
        public_base: str,
    ) -> None:
        self._database = database
        self._codes = codes
        self._places = places
        self._footprints = footprints
        self._catalogue = catalogue
        self._public_base = public_base

    async def show(
        self, text: str, citizen: Principal | None, staff: Principal | None, now: datetime
    ) -> CodeView:
        """The event or the scene of a code.

        A signed-in citizen who shows a venue's code, or an open poster's, in time gets a ticket: the code changes
        every 30 seconds, a window closes, and telling a journey takes longer.
        Raises what codes are refused with, SceneNotFound, EventNotFound.
        """
        code = self._codes.read(text, now, None if citizen is None else citizen.id)
        if code.kind == "S":
            return await self._show_scene(code, now)
        place = await self._places.of_code(code, now)
        event = await Event.get(id=place.event_id)
        await check_visible(event, staff)
        if place.refusal is not None:
            raise place.refusal
        ticket = None
        # A ticket makes no other ticket, or it would last for ever.
        if place.gate is not None and citizen is not None and code.kind != "T":
            ticket = self._codes.ticket(event.code, place.gate, now, citizen.id)
        return CodeView(
            kind=code.kind,  # type: ignore[arg-type]  # a pass is refused
            event=await event_view(self._database, event, self._footprints),
            category=await badge_category(event, code.badge_serial),  # type: ignore[arg-type]
            ticket=ticket,
        )

    async def _show_scene(self, code: Code, now: datetime) -> CodeView:
        scene = await find_scene(code.event_code)
        place = await self._places.of_code(code, now)
        if place.refusal is not None:
            raise place.refusal
        views = await scene_views([scene], self._catalogue)
        return CodeView(kind="scene", event=None, category=None, ticket=None, scene=views[scene.id])

    def is_ours(self, address: str, now: datetime) -> bool:
        """Whether an address is one of this service's that a QR image may hold."""
        base = self._public_base
        if address.startswith(f"{base}/c/"):
            return event_code_of(address.removeprefix(f"{base}/c/")) is not None
        code = address.removeprefix(f"{base}/q/")
        # Exactly ours: what a scanner may add to a code has no place in a picture that we draw.
        return code != address and "/" not in code and self._codes.read_exactly(code, now) is not None
