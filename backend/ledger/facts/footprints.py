"""Footprints by what they were computed from: attendees on the default profile share one computation and one row."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

import msgspec

from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import JourneyRules
from backend.domain.certificates.document import spelled_lines
from backend.domain.footprint.ceiling import CHILDREN_PER_ADULT, declared_place, offset_ceiling
from backend.domain.footprint.footprint import Footprint, Journey, footprint
from backend.ledger.facts.attendances import AttendanceFacts, EventCitizen
from backend.ledger.facts.events import EventFacts
from backend.messages.encoding import encode

if TYPE_CHECKING:
    from backend.ledger.state import LedgerState
    from backend.storage.transaction import Transaction

Key = TypeVar("Key")
Value = TypeVar("Value")

MEMO_ENTRIES_MAX = 20_000
STORED_ENTRIES_MAX = 50_000
SALT_BYTES = 32
CEILING_STEP_G = 100_000


class FootprintFacts(msgspec.Struct, frozen=True):
    """A footprint with its digest and its JSON, as stored and as sent."""

    digest: bytes
    total_g: int
    basis: str
    factor_set: str
    journey: bytes | None
    body: bytes


class Kept(msgspec.Struct, frozen=True):
    """What the ledger keeps of a footprint that a citizen is told, and what goes to the citizen alone."""

    footprint: FootprintFacts
    lines_digest: bytes | None = None
    """Of lines that are not kept, salted; their salt is not kept either."""
    lines_salt: bytes | None = None
    ceiling_g: int = 0
    """Grams that are kept in a journey's place; 0 where there is none, or where it is kept."""


class _Line(msgspec.Struct, frozen=True):
    emission_g: int
    neutralised_by_organiser: bool = False


class _Category(msgspec.Struct, frozen=True):
    neutralised_g: int


class _Totals(msgspec.Struct, frozen=True):
    total_g: int
    lines: tuple[_Line, ...]
    categories: tuple[_Category, ...] = ()
    ceiling_g: int = 0


class FootprintBook:
    """Computes footprints and remembers them, and which of them the database already holds."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._memo: OrderedDict[tuple[object, ...], FootprintFacts] = OrderedDict()
        self._stored: OrderedDict[tuple[UUID, bytes], None] = OrderedDict()
        self._totals: OrderedDict[bytes, tuple[int, int, int]] = OrderedDict()
        self._parts: OrderedDict[tuple[bytes, int], tuple[FootprintFacts, bytes]] = OrderedDict()
        self._ceilings: OrderedDict[tuple[object, ...], int] = OrderedDict()

    def of(self, event: EventFacts, journey: Journey | None, category: str | None) -> FootprintFacts:
        """The footprint of one attendance. Raises a CalculationRefusal (422) for an unknown city."""
        key = (event.id, event.revision, journey, category)
        found = self._memo.get(key)
        if found is None:
            found = self._compute(event, journey, category)
            _remember(self._memo, key, found, MEMO_ENTRIES_MAX)
        return found

    def kept(
        self,
        told: FootprintFacts,
        event: EventFacts,
        category: str | None,
        *,
        may_keep: bool,
        is_child: bool = False,
    ) -> Kept:
        """What may be kept of a footprint that was computed for an answer.

        One that everybody has without a word is everybody's. With the citizen's consent a journey is kept, in a row
        that is theirs alone and can be taken away; without it, the sums, in a row that holds nobody's journey.
        """
        if told.journey is None:
            return Kept(told)
        salt = secrets.token_bytes(SALT_BYTES)
        if may_keep:
            digest = hashlib.sha256(salt + told.digest).digest()
            return Kept(msgspec.structs.replace(told, digest=digest))
        journey = msgspec.json.decode(told.journey, type=Journey)
        kept_g = self.ceiling_to_keep(event, journey, category, is_child=is_child)
        totals, lines = self._parts_of(told, kept_g)
        return Kept(totals, hashlib.sha256(salt + lines).digest(), salt, kept_g)

    def ceiling_to_keep(
        self, event: EventFacts, journey: Journey | None, category: str | None, *, is_child: bool = False
    ) -> int:
        """Grams of a ceiling that stay where its journey does not: in steps, since exact they would tell the distance.

        Rounded up, so that nobody is given less for not having their journey kept. The organiser's own ceiling is not
        in it: that one may change.
        """
        ceiling_g = _for(self._usual_ceiling(event, journey, category), is_child=is_child)
        return -(-ceiling_g // CEILING_STEP_G) * CEILING_STEP_G

    def _parts_of(self, told: FootprintFacts, ceiling_g: int) -> tuple[FootprintFacts, bytes]:
        """The sums of a footprint, and its lines as they are digested."""
        key = (told.digest, ceiling_g)
        found = self._parts.get(key)
        if found is None:
            found = totals_of(told.body, ceiling_g), spelled_lines_of(told.body)
            _remember(self._parts, key, found, MEMO_ENTRIES_MAX)
        return found

    def ceiling_for(
        self,
        event: EventFacts,
        attendance: AttendanceFacts,
        category: str | None,
        state: LedgerState,
        *,
        is_child: bool = False,
    ) -> int:
        """The ceiling of an attendance that the batch has loaded or made."""
        digest = attendance.footprint_digest
        kept_g, journey = self._known(digest, state)[2], self.journey_of(digest, state)
        return self.ceiling_by_what_is_kept(event, kept_g, journey, category, is_child=is_child)

    def ceiling_by_what_is_kept(
        self,
        event: EventFacts,
        kept_g: int,
        journey: Journey | None,
        category: str | None,
        *,
        is_child: bool = False,
    ) -> int:
        """The ceiling of an attendance by its journey; where that is not kept, by `kept_g`, which was found when the
        journey was told (0: none was).
        """
        if kept_g and not event.offset_ceiling_g:
            return kept_g
        return self.ceiling_of(event, journey, category, is_child=is_child)

    def ceiling_of(
        self, event: EventFacts, journey: Journey | None, category: str | None, *, is_child: bool = False
    ) -> int:
        """Grams that somebody who declares this may take from the event's pool: the organiser's, or the usual ones."""
        ceiling_g = event.offset_ceiling_g or self._usual_ceiling(event, journey, category)
        return _for(ceiling_g, is_child=is_child)

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
        """Call after COMMIT: a row that holds no journey is never removed, and one with a journey is its own."""
        _remember(self._stored, (event_id, digest), None, STORED_ENTRIES_MAX)

    def total_of(self, digest: bytes, state: LedgerState) -> int:
        """Grams of a footprint that the batch has loaded or made, in gCO2e."""
        return self.totals_of(digest, state)[0]

    def totals_of(self, digest: bytes, state: LedgerState) -> tuple[int, int]:
        """Those grams, and how many of them come from sources that the organiser neutralises."""
        return self._known(digest, state)[:2]

    def _known(self, digest: bytes, state: LedgerState) -> tuple[int, int, int]:
        totals = self._totals.get(digest)
        if totals is None:
            found = msgspec.json.decode(state.footprints[digest], type=_Totals)
            neutralised_g = sum(line.emission_g for line in found.lines if line.neutralised_by_organiser)
            neutralised_g += sum(each.neutralised_g for each in found.categories)
            totals = (found.total_g, neutralised_g, found.ceiling_g)
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

    def with_chosen_city(self, journey: Journey) -> Journey:
        """The journey with the city as the catalogue spells it.

        Raises UnknownCity and CityAmbiguous (422): a wrong input is refused before it is queued.
        """
        if journey.from_city is None:
            return journey
        name = self._catalogue.cities.spelled(journey.from_city)
        return journey if name == journey.from_city else msgspec.structs.replace(journey, from_city=name)

    def _compute(self, event: EventFacts, journey: Journey | None, category: str | None) -> FootprintFacts:
        computed = self.compute(event, journey, category)
        body = encode(computed)
        journey_json = None if journey is None else encode(journey)
        digest = hashlib.sha256(body + b"\0" + (journey_json or b"")).digest()
        return FootprintFacts(
            digest, computed.total_g, computed.basis, computed.factor_set, journey_json, body
        )


def kept_ceiling(body: bytes) -> int:
    """The ceiling that a stored footprint keeps in its journey's place, in gCO2e; 0 where it keeps none."""
    return msgspec.json.decode(body, type=_Totals).ceiling_g


def totals_of(body: bytes, ceiling_g: int) -> FootprintFacts:
    """What is kept of a footprint where the journey is not: shared by all who have the same sums."""
    kept = msgspec.json.decode(body, type=Footprint).totals(ceiling_g=ceiling_g)
    text = encode(kept)
    digest = hashlib.sha256(text + b"\0").digest()
    return FootprintFacts(digest, kept.total_g, kept.basis, kept.factor_set, None, text)


def spelled_lines_of(body: bytes) -> bytes:
    """The lines of a stored footprint as they are digested."""
    lines = msgspec.json.decode(body, type=Footprint).lines
    return spelled_lines(msgspec.structs.asdict(line) for line in lines)


async def load_footprints(
    transaction: Transaction, state: LedgerState, attendees: Iterable[EventCitizen]
) -> None:
    """Know the stored footprints of attendances that are loaded."""
    digests = {(key[0], state.attendances[key].footprint_digest) for key in attendees}
    for row in await transaction.read("load_footprints", *zip(*digests, strict=True)):
        state.footprints[row["digest"]] = row["body"]
        journey = row["journey"]
        state.journeys[row["digest"]] = journey.encode() if isinstance(journey, str) else journey


def _for(ceiling_g: int, *, is_child: bool) -> int:
    """An adult's ceiling, or a child's part of it."""
    return -(-ceiling_g // CHILDREN_PER_ADULT) if is_child else ceiling_g


def _remember(memo: OrderedDict[Key, Value], key: Key, value: Value, entries_max: int) -> None:
    memo[key] = value
    if len(memo) > entries_max:
        memo.popitem(last=False)
