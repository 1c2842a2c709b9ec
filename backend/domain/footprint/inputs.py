"""The inputs of a footprint: journey and event profile; and the shape of its result.

Days are calendar days in Asia/Shanghai, distances one way in kilometres, emissions whole grams of CO2e.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from backend.domain.catalogue.factors import Gas, SourceKind
from backend.domain.contribution import contribution_g

Mode = Literal["hsr", "train", "plane", "coach", "car", "bev", "taxi", "motorbike"]
LocalMode = Literal["car", "bev", "bus", "metro", "bike", "walk", "taxi"]
Cabin = Literal["economy", "premium", "business", "first"]
AgeGroup = Literal["infant", "child", "adult"]
Diet = Literal["mixed", "vegetarian", "vegan"]
Boundary = Literal["core", "extended", "personal_life"]
Basis = Literal["default", "partial", "declared"]

DISTANCE_KM_MAX = 20_100  # half of the equator and a little: no place is further away
NIGHTS_MAX = 60
ROOM_SHARING_MAX = 10
MEALS_MAX = 200
LOCAL_KM_MAX = 500
DAYS_MAX = 400
CAR_PERSONS_MAX = 9


class Journey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an attendee declares about their own attendance. Hashable, so that equal journeys are computed once.

    `distance_km` is one way and replaces the computed distance; `from_city` gives the distance otherwise,
    and the grid of the far end. `room_sharing` is the number of persons in the room, `meals` the number
    eaten during the event.

    The fields from `local_mode` on are read under the journey rules of 2026.2 and refused under older ones; left
    out they are filled in, and each line says which were.
    """

    from_city: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    distance_km: Annotated[float, Meta(ge=0, le=DISTANCE_KM_MAX)] | None = None
    mode: Mode | None = None
    return_trip: bool = True
    nights: Annotated[int, Meta(ge=0, le=NIGHTS_MAX)] | None = None
    room_sharing: Annotated[int, Meta(ge=1, le=ROOM_SHARING_MAX)] | None = None
    hotel_stars: Annotated[int, Meta(ge=2, le=5)] | None = None
    diet: Diet | None = None
    meals: Annotated[int, Meta(ge=0, le=MEALS_MAX)] | None = None
    # Left out of the JSON while nobody tells them: journeys stored before they existed keep their bytes.
    local_mode: Annotated[
        LocalMode | UnsetType | None,
        Meta(description="how one gets about in the city; default: one's own vehicle, or else the metro"),
    ] = UNSET
    local_km_per_day: Annotated[
        Annotated[float, Meta(ge=0, le=LOCAL_KM_MAX)] | UnsetType | None,
        Meta(description="kilometres a day in the city, the way to the venue and back included"),
    ] = UNSET
    days_attended: Annotated[
        Annotated[int, Meta(ge=1, le=DAYS_MAX)] | UnsetType | None,
        Meta(description="days on which one comes to the event"),
    ] = UNSET
    home_every_night: Annotated[
        bool | UnsetType | None,
        Meta(description="true: goes home each night, so the return trip is made on every day attended"),
    ] = UNSET
    free_nights: Annotated[
        Annotated[int, Meta(ge=0, le=NIGHTS_MAX)] | UnsetType | None,
        Meta(description="of `nights`, those with friends or family, without a hotel"),
    ] = UNSET
    car_persons: Annotated[
        Annotated[int, Meta(ge=1, le=CAR_PERSONS_MAX)] | UnsetType | None,
        Meta(description="persons in the car or taxi, the driver of one's own car included"),
    ] = UNSET
    cabin: Annotated[Cabin | UnsetType | None, Meta(description="class of the flight; default: economy")] = (
        UNSET
    )
    event_share_pct: Annotated[
        Annotated[int, Meta(ge=1, le=100)] | UnsetType | None,
        Meta(
            description="with other reasons for the trip: the event's share of it, in percent of the travel"
        ),
    ] = UNSET
    age_group: Annotated[
        AgeGroup | UnsetType | None,
        Meta(
            description="infant: under 2, without seat, bed and meals of its own; child: 2 to 11, half a meal; "
            "default: adult"
        ),
    ] = UNSET

    def told(self, name: str) -> Any:
        """A declared input; None where nothing was declared."""
        value = getattr(self, name)
        return None if value is UNSET else value


FIELDS_OF_2026_2 = Journey.__struct_fields__[Journey.__struct_fields__.index("local_mode") :]
"""Inputs that only the journey rules of 2026.2 know."""


class EventProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an organiser sets for an event.

    `city` is a name from the catalogue's list; days are calendar days in Asia/Shanghai, both inclusive.
    `venue_kwh_per_person_day` is the organiser's meter reading divided by attendee-days. `overrides`
    replaces the factor of a role by another catalogue entry, for instance
    {"hotel_room_night": "hotel-sichuan-bottom-up"} or {"flight_domestic": "flight-cn-economy-rf"}.
    """

    city: str
    starts_day: date
    ends_day: date
    factor_set: str
    boundary: Boundary = "core"
    venue_kwh_per_person_day: Decimal | None = None
    room_sharing: Annotated[int, Meta(ge=1, le=ROOM_SHARING_MAX)] = 1
    hotel_stars: Annotated[int, Meta(ge=2, le=5)] = 4
    diet: Diet = "mixed"
    nights: Annotated[int, Meta(ge=0, le=NIGHTS_MAX)] | None = None
    """Of an attendee from elsewhere who declares none; None: one less than the event has days."""
    meals: Annotated[int, Meta(ge=0, le=MEALS_MAX)] | None = None
    """Of an attendee who declares none; None: the factor set's number a day."""
    overrides: dict[str, str] = {}
    radiative_forcing: bool = False
    """Whether flights count what they do to the climate beyond CO2; under the journey rules of 2026.2."""
    neutralises: tuple[str, ...] = ()
    """Sources that the organiser neutralises: what an attendee adds there is a contribution, no offset."""

    @property
    def event_days(self) -> int:
        return max(1, (self.ends_day - self.starts_day).days + 1)

    @property
    def usual_nights(self) -> int:
        """Nights of an attendee from elsewhere who declares none."""
        return self.event_days - 1 if self.nights is None else self.nights


class FootprintLine(msgspec.Struct, frozen=True):
    """One source: `emission_g` is `quantity` × `factor_g`, rounded up.

    `factor_g` is gCO2e per `unit`. `factor_id` is the entry that decides it; `factor_ids` are all entries
    that the line was computed from, that one first. `source_kind` is that of the weakest of them.
    `defaults` names the inputs that were not declared; `note` distinguishes lines of one source.
    """

    source: str
    quantity: Decimal
    unit: str
    factor_id: str
    factor_g: Decimal
    emission_g: int
    source_kind: SourceKind
    factor_ids: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    note: str | None = None
    gas: Gas | UnsetType = UNSET
    """What the deciding factor counts; under the journey rules of 2026.2."""
    event_share_pct: int | UnsetType = UNSET
    """Only on the travel of an attendee who has other reasons to come: the event's share, already in `quantity`."""
    neutralised_by_organiser: bool | UnsetType = UNSET
    """Only where it is so: most events neutralise nothing, and their footprints stay as short as they were."""


class SourceSum(msgspec.Struct, frozen=True):
    """What is kept of a source where its lines are not: grams, those with an undeclared input, those neutralised."""

    source: str
    emission_g: int
    default_g: int
    neutralised_g: int


class Footprint(msgspec.Struct, frozen=True):
    """The sum of its lines. `uncertainty_pct` is the half-width: 50 by default, 30 partly, 20 declared."""

    total_g: int
    basis: Basis
    uncertainty_pct: int
    factor_set: str
    lines: tuple[FootprintLine, ...]
    boundary: Boundary = "core"
    categories: Annotated[
        tuple[SourceSum, ...] | UnsetType,
        Meta(description="only where the journey is not kept: the sums that are, instead of the lines"),
    ] = UNSET
    ceiling_g: Annotated[
        int | UnsetType,
        Meta(description="only there: grams that one person may take from the event's pool, not exactly"),
    ] = UNSET

    def totals(self, *, ceiling_g: int) -> Footprint:
        """What is kept of it where the journey is not: no quantity, no factor, no vehicle."""
        sources = dict.fromkeys(line.source for line in self.lines)
        return msgspec.structs.replace(
            self,
            lines=(),
            categories=tuple(
                _sum(source, [line for line in self.lines if line.source == source]) for source in sources
            ),
            ceiling_g=ceiling_g,
        )

    @property
    def neutralised_g(self) -> int:
        """Grams on lines that the organiser neutralises."""
        if self.categories is not UNSET:
            return sum(each.neutralised_g for each in self.categories)
        return sum(line.emission_g for line in self.lines if line.neutralised_by_organiser is True)

    def contribution_g(self, grams: int) -> int:
        """Of `grams` held for this footprint, those that are a contribution and no offset."""
        return contribution_g(grams, self.total_g, self.neutralised_g)

    @property
    def counts_radiative_forcing(self) -> bool:
        """Whether a flight in it counts what it does to the climate beyond CO2."""
        return any("rf" in factor_id.split("-") for line in self.lines for factor_id in line.factor_ids)

    @property
    def default_pct(self) -> int:
        """Share of the grams, in whole percent rounded up, on lines with an undeclared input."""
        if self.categories is not UNSET:
            assumed = sum(each.default_g for each in self.categories)
        else:
            assumed = sum(line.emission_g for line in self.lines if line.defaults)
        return -(-100 * assumed // self.total_g) if self.total_g else 0


def _sum(source: str, lines: Sequence[FootprintLine]) -> SourceSum:
    return SourceSum(
        source,
        sum(line.emission_g for line in lines),
        sum(line.emission_g for line in lines if line.defaults),
        sum(line.emission_g for line in lines if line.neutralised_by_organiser is True),
    )
