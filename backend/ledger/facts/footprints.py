"""Footprints by what they were computed from: attendees on the default profile share one computation and one row."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import JourneyRules, find_city
from backend.domain.footprint.ceiling import CHILDREN_PER_ADULT, declared_place, offset_ceiling
from backend.domain.footprint.footprint import Footprint, Journey, footprint
from backend.ledger.facts.attendances import EventCitizen
from backend.ledger.facts.events import EventFacts
from backend.messages.encoding import encode

if TYPE_CHECKING:
    from backend.ledger.state import LedgerState
    from backend.storage.transaction import Transaction

Key = TypeVar("Key")
Value = TypeVar("Value")

MEMO_ENTRIES_MAX = 20_000
STORED_ENTRIES_MAX = 50_000


class FootprintFacts(msgspec.Struct, frozen=True):
    """A footprint with its digest and its JSON, as stored and as sent."""

    digest: bytes
    total_g: int
    basis: str
    factor_set: str
    journey: bytes | None
    body: bytes


class _Line(msgspec.Struct, frozen=True):
    emission_g: int
    neutralised_by_organiser: bool = False


class _Totals(msgspec.Struct, frozen=True):
    total_g: int
    lines: tuple[_Line, ...]


class FootprintBook:
    """Computes footprints and remembers them, and which of them the database already holds."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._memo: OrderedDict[tuple[object, ...], FootprintFacts] = OrderedDict()
        self._stored: OrderedDict[tuple[UUID, bytes], None] = OrderedDict()
        self._totals: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        self._ceilings: OrderedDict[tuple[object, ...], int] = OrderedDict()

    def of(self, event: EventFacts, journey: Journey | None, category: str | None) -> FootprintFacts:
        """The footprint of one attendance. Raises a CalculationRefusal (422) for an unknown city."""
        key = (event.id, event.revision, journey, category)
        found = self._memo.get(key)
        if found is None:
            found = self._compute(event, journey, category)
            _remember(self._memo, key, found, MEMO_ENTRIES_MAX)
        return found

    def ceiling_of(
        self, event: EventFacts, journey: Journey | None, category: str | None, *, is_child: bool = False
    ) -> int:
        """Grams that somebody who declares this may take from the event's pool: the organiser's, or the usual ones."""
        ceiling_g = event.offset_ceiling_g or self._usual_ceiling(event, journey, category)
        return -(-ceiling_g // CHILDREN_PER_ADULT) if is_child else ceiling_g

    def _usual_ceiling(self, event: EventFacts, journey: Journey | None, category: str | None) -> int:
        place = declared_place(journey)
        key = (event.id, event.revision, place, category)
        found = self._ceilings.get(key)
        if found is None:
            catalogue = self._catalogue
            found = offset_ceiling(
                event.profile,
                catalogue.factor_sets[event.factor_set],
                catalogue.factors,
                catalogue.cities,
                place,
                category,
                catalogue.rail_km,
            )
            _remember(self._ceilings, key, found, MEMO_ENTRIES_MAX)
        return found

    def is_stored(self, event_id: UUID, digest: bytes) -> bool:
        return (event_id, digest) in self._stored

    def mark_stored(self, event_id: UUID, digest: bytes) -> None:
        """Call after COMMIT: a footprint row is never removed."""
        _remember(self._stored, (event_id, digest), None, STORED_ENTRIES_MAX)

    def total_of(self, digest: bytes, state: LedgerState) -> int:
        """Grams of a footprint that the batch has loaded or made, in gCO2e."""
        return self.totals_of(digest, state)[0]

    def totals_of(self, digest: bytes, state: LedgerState) -> tuple[int, int]:
        """Those grams, and how many of them come from sources that the organiser neutralises."""
        totals = self._totals.get(digest)
        if totals is None:
            found = msgspec.json.decode(state.footprints[digest], type=_Totals)
            neutralised_g = sum(line.emission_g for line in found.lines if line.neutralised_by_organiser)
            totals = (found.total_g, neutralised_g)
            _remember(self._totals, digest, totals, MEMO_ENTRIES_MAX)
        return totals

    def journey_of(self, digest: bytes, state: LedgerState) -> Journey | None:
        """The journey that a footprint was computed from; the batch has loaded or made it."""
        declared = state.journeys[digest]
        return None if declared is None else msgspec.json.decode(declared, type=Journey)

    def know(self, footprint: FootprintFacts, event: EventFacts, state: LedgerState) -> None:
        """Let the batch know a footprint, and store it unless somebody has one like it."""
        if not self.is_stored(event.id, footprint.digest):
            state.new_footprints[(event.id, footprint.digest)] = footprint
        state.footprints[footprint.digest] = footprint.body
        state.journeys[footprint.digest] = footprint.journey

    def compute(self, event: EventFacts, journey: Journey | None, category: str | None) -> Footprint:
        catalogue = self._catalogue
        return footprint(
            event.profile,
            catalogue.factor_sets[event.factor_set],
            catalogue.factors,
            catalogue.cities,
            journey,
            category,
            catalogue.rail_km,
        )

    def rules_of(self, factor_set: str) -> JourneyRules:
        """How journeys to an event with this factor set become lines."""
        return self._catalogue.factor_sets[factor_set].journey_rules

    def check(self, journey: Journey) -> None:
        """Raises UnknownCity (422): a wrong input is refused before it is queued."""
        if journey.from_city is not None:
            find_city(self._catalogue.cities, journey.from_city)

    def _compute(self, event: EventFacts, journey: Journey | None, category: str | None) -> FootprintFacts:
        computed = self.compute(event, journey, category)
        body = encode(computed)
        journey_json = None if journey is None else encode(journey)
        digest = hashlib.sha256(body + b"\0" + (journey_json or b"")).digest()
        return FootprintFacts(
            digest, computed.total_g, computed.basis, computed.factor_set, journey_json, body
        )


async def load_footprints(
    transaction: Transaction, state: LedgerState, attendees: Iterable[EventCitizen]
) -> None:
    """Know the stored footprints of attendances that are loaded."""
    digests = {(key[0], state.attendances[key].footprint_digest) for key in attendees}
    for row in await transaction.read("load_footprints", *zip(*digests, strict=True)):
        state.footprints[row["digest"]] = row["body"]
        journey = row["journey"]
        state.journeys[row["digest"]] = journey.encode() if isinstance(journey, str) else journey


def _remember(memo: OrderedDict[Key, Value], key: Key, value: Value, entries_max: int) -> None:
    memo[key] = value
    if len(memo) > entries_max:
        memo.popitem(last=False)
