"""A citizen accounts for a period of their life and offsets it; what is counted at events is not counted again.

The citizen opens a period within a programme, tells inputs as often as they like, and closes it once after its end.
From then on it has a footprint that never changes, and an offset is asked for up to it, as at an event.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.catalogue import Catalogue
from backend.domain.days import day_of, start_of
from backend.domain.footprint.footprint import Footprint
from backend.domain.footprint.lines import per_unit_g
from backend.domain.footprint.personal_period import (
    MEALS_A_DAY,
    OUTSIDE,
    LifePeriod,
    PeriodInputs,
    not_included,
    period_footprint,
)
from backend.errors.actions.evidence import PhotoNotFound, PhotoUsed
from backend.errors.events.offsets import AttendanceNotFound
from backend.errors.neutrality import (
    PeriodClosed,
    PeriodCountedAtEvent,
    PeriodEmpty,
    PeriodEventsUnconfirmed,
    PeriodJourneyOutside,
    PeriodModeTwice,
    PeriodNotClosed,
    PeriodNotEnded,
    PeriodNotFound,
    PeriodOverlaps,
)
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.join_event import OffsetPeriod, RequestedOffset
from backend.ledger.facts.footprints import SALT_BYTES, spelled_lines_of, totals_of
from backend.ledger.queue import LedgerQueue
from backend.messages.encoding import encode
from backend.messages.events.journeys import MyAttendance
from backend.messages.neutrality import PeriodEvent, PeriodView
from backend.messages.shape import Bilingual, Statement
from backend.models import Event, MergedAccount, PersonalPeriod, PersonalPeriodMonth, Photo
from backend.models.keys import read_id, uuid7
from backend.services.events.attendance import my_attendance
from backend.services.identity.erased import hold_citizen
from backend.services.minors.earning import check_may_earn
from backend.services.neutrality.programmes import find_programme, programme_view
from backend.storage.database import Database, constraint_of
from backend.storage.statements import lock, read, write
from backend.texts import both

NIGHTS_AROUND = 7
"""Days around the one on which an event was joined that its journey belongs to, where the event is that long."""


class Attended(msgspec.Struct, frozen=True):
    """An event of the period, with the days on which its journey may have been made."""

    view: PeriodEvent
    travels_from: date
    travels_until: date


class Periods:
    """Opens, fills in, closes and offsets citizens' periods."""

    def __init__(
        self, database: Database, catalogue: Catalogue, queue: LedgerQueue, public_base: str
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._queue = queue
        self._public_base = public_base

    async def open(self, citizen_id: UUID, programme: str, now: datetime) -> PeriodView:
        """A citizen's period in a programme; asked for again it is the same one.

        Raises ProgrammeNotFound, PeriodOverlaps, AgeNeeded, GuardianNeeded, SessionRevoked.
        """
        event = await find_programme(programme)
        await check_may_earn(citizen_id, now)
        try:
            async with self._database.transaction():
                await hold_citizen(citizen_id)
                period = await PersonalPeriod.get_or_none(event_id=event.id, citizen_id=citizen_id)
                if period is None:
                    period = await _take(event, citizen_id)
        except IntegrityError as error:
            if constraint_of(error) != "personal_period_months_once":
                raise
            raise PeriodOverlaps from error
        return await self._view(period, event, now)

    async def list_mine(self, citizen_id: UUID, now: datetime) -> list[PeriodView]:
        """A citizen's periods, the newest first; those that stayed with a merged account as well."""
        found = await PersonalPeriod.filter(citizen_id__in=await owners_of(citizen_id)).order_by(
            "-starts_on", "id"
        )
        events = {each.id: each for each in await Event.filter(id__in=[each.event_id for each in found])}
        return [await self._view(period, events[period.event_id], now) for period in found]

    async def tell(self, citizen_id: UUID, id_text: str, inputs: PeriodInputs, now: datetime) -> PeriodView:
        """Replace what was told of an open period.

        Raises PeriodNotFound, PeriodClosed, CITY_REFUSALS, JOURNEY_REFUSALS, PERIOD_INPUTS, PhotoNotFound, PhotoUsed.
        """
        inputs = self._with_chosen_cities(inputs)
        async with self._database.transaction():
            await hold_citizen(citizen_id)
            period = await _lock(citizen_id, id_text)
            event = await Event.get(id=period.event_id)
            attended = await self._attended(period)
            self._check(period, inputs, attended)
            self._footprint(period, event, inputs, attended)
            for source, reading in inputs.readings.items():
                if reading.photo is not None:
                    await _claim_photo(citizen_id, bytes.fromhex(reading.photo), period.id, source)
            period.inputs, period.changed_at = msgspec.to_builtins(inputs), now
            await period.save(update_fields=["inputs", "changed_at"])
        return await self._view(period, event, now)

    async def close(
        self, citizen_id: UUID, id_text: str, now: datetime, *, events_left_out: bool
    ) -> PeriodView:
        """Fix the footprint of a period that is over, once.

        Raises PeriodNotFound, PeriodClosed, PeriodNotEnded, PeriodEventsUnconfirmed, PeriodCountedAtEvent, PeriodEmpty.
        """
        async with self._database.transaction():
            await hold_citizen(citizen_id)
            period = await _lock(citizen_id, id_text)
            if day_of(now) <= period.ends_on:
                raise PeriodNotEnded(ends_on=period.ends_on)
            event = await Event.get(id=period.event_id)
            attended = await self._attended(period)
            if attended and not events_left_out:
                raise PeriodEventsUnconfirmed(items=len(attended))
            inputs = _inputs_of(period)
            # What was joined since the inputs were told.
            self._check(period, inputs, attended)
            footprint = self._footprint(period, event, inputs, attended)
            if not footprint.total_g:
                raise PeriodEmpty
            body = encode(footprint)
            period.closed_at, period.footprint = now, body
            period.lines_salt = secrets.token_bytes(SALT_BYTES)
            period.footprint_digest = totals_of(body, _life(period, event).ceiling_g).digest
            await period.save(update_fields=["closed_at", "footprint", "lines_salt", "footprint_digest"])
        return await self._view(period, event, now)

    async def offset(
        self,
        citizen_id: UUID,
        id_text: str,
        requested: RequestedOffset,
        idempotency: IdempotencyKey | None,
        now: datetime,
    ) -> Outcome:
        """The ledger's answer to an offset of a closed period, all of it or a part.

        Raises PeriodNotFound, PeriodNotClosed.
        """
        period = await _find(citizen_id, id_text)
        if period.closed_at is None:
            raise PeriodNotClosed
        event = await Event.get(id=period.event_id)
        body, salt = bytes(period.footprint or b""), bytes(period.lines_salt or b"")
        ceiling_g = _life(period, event).ceiling_g
        return await self._queue.submit(
            OffsetPeriod(
                id=uuid7(),
                citizen_id=citizen_id,
                event_id=event.id,
                badge_serial=None,
                gate=None,
                journey=None,
                offset=requested,
                idempotency=idempotency,
                at=now,
                footprint=totals_of(body, ceiling_g),
                lines_digest=hashlib.sha256(salt + spelled_lines_of(body)).digest(),
                ceiling_g=ceiling_g,
            )
        )

    async def _view(self, period: PersonalPeriod, event: Event, now: datetime) -> PeriodView:
        inputs = _inputs_of(period)
        attended = await self._attended(period)
        if period.footprint is None:
            footprint = self._footprint(period, event, inputs, attended)
        else:
            footprint = msgspec.json.decode(bytes(period.footprint), type=Footprint)
        sources = dict.fromkeys(line.source for line in footprint.lines)
        is_closed = period.closed_at is not None
        return PeriodView(
            id=str(period.id),
            programme=programme_view(event, now),
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            state="closed" if is_closed else "open",
            inputs=inputs,
            footprint=footprint,
            qualities={source: inputs.quality(source) for source in sources},
            not_included=list(not_included(inputs)),
            outside=list(OUTSIDE),
            about=Statement(*both("period.about")),
            events=[each.view for each in attended],
            opened_at=period.opened_at,
            closed_at=period.closed_at,
            lines_salt=bytes(period.lines_salt).hex() if period.lines_salt else None,
            attendance=await self._attendance(event, period.citizen_id) if is_closed else None,
        )

    async def _attendance(self, event: Event, citizen_id: UUID) -> MyAttendance | None:
        try:
            return await my_attendance(self._database, event.slug, citizen_id, self._public_base)
        except AttendanceNotFound:
            return None

    async def _attended(self, period: PersonalPeriod) -> list[Attended]:
        first, last = start_of(period.starts_on), start_of(period.ends_on + timedelta(days=1))
        rows = await read(self._database, "read_period_events", period.citizen_id, first, last)
        roles = self._catalogue.factor_sets[(await Event.get(id=period.event_id)).factor_set].roles
        meals_of_day_g = MEALS_A_DAY * per_unit_g(self._catalogue.factors[roles["meal_medium_meat"]])
        return [_attended(row, int(meals_of_day_g)) for row in rows]

    def _footprint(
        self, period: PersonalPeriod, event: Event, inputs: PeriodInputs, attended: list[Attended]
    ) -> Footprint:
        catalogue = self._catalogue
        days = sum(each.view.meal_days for each in attended)
        return period_footprint(
            msgspec.structs.replace(_life(period, event), days_with_meals_elsewhere=days),
            inputs,
            catalogue.factor_sets[event.factor_set],
            catalogue.factors,
            catalogue.cities,
            catalogue.rail_km,
        )

    def _with_chosen_cities(self, inputs: PeriodInputs) -> PeriodInputs:
        """The inputs with cities as the catalogue spells them. Raises UnknownCity, CityAmbiguous."""
        spelled = self._catalogue.cities.spelled
        journeys = tuple(
            msgspec.structs.replace(each, from_city=spelled(each.from_city), to_city=spelled(each.to_city))
            for each in inputs.journeys
        )
        return msgspec.structs.replace(inputs, journeys=journeys)

    def _check(self, period: PersonalPeriod, inputs: PeriodInputs, attended: list[Attended]) -> None:
        """Raises PeriodModeTwice, PeriodJourneyOutside, PeriodCountedAtEvent."""
        modes = [each.mode for each in inputs.everyday]
        if len(set(modes)) != len(modes):
            raise PeriodModeTwice
        spelled = self._catalogue.cities.spelled
        for number, journey in enumerate(inputs.journeys, start=1):
            if not period.starts_on <= journey.day <= period.ends_on:
                raise PeriodJourneyOutside(row=number, first_day=period.starts_on, ends_on=period.ends_on)
            for each in attended:
                is_between = spelled(each.view.city, of="event") in (journey.from_city, journey.to_city)
                if is_between and each.travels_from <= journey.day <= each.travels_until:
                    raise PeriodCountedAtEvent(row=number)


async def owners_of(citizen_id: UUID) -> list[UUID]:
    """The citizen, and accounts that became theirs: a closed period may have stayed under one of those."""
    merged = await MergedAccount.filter(citizen_id=citizen_id).order_by("other_id")
    return [citizen_id, *(each.other_id for each in merged)]


async def forget_periods(*citizen_ids: UUID) -> int:
    """Erase periods with all that was told of them; certificates keep their sums."""
    return await PersonalPeriod.filter(citizen_id__in=citizen_ids).delete()


async def export_periods(citizen_id: UUID) -> dict[str, list[Any]]:
    """A citizen's periods for the export of their data, oldest first."""
    rows = await PersonalPeriod.filter(citizen_id=citizen_id).order_by("starts_on", "id")
    return {
        "personal_periods": [
            {
                "id": row.id,
                "starts_on": row.starts_on,
                "ends_on": row.ends_on,
                "inputs": row.inputs,
                "opened_at": row.opened_at,
                "closed_at": row.closed_at,
                "footprint": msgspec.Raw(bytes(row.footprint)) if row.footprint else None,
                "lines_salt": bytes(row.lines_salt).hex() if row.lines_salt else None,
            }
            for row in rows
        ]
    }


async def _take(event: Event, citizen_id: UUID) -> PersonalPeriod:
    first, last = day_of(event.starts_at), day_of(event.ends_at)
    period = await PersonalPeriod.create(
        event_id=event.id,
        citizen_id=citizen_id,
        starts_on=first,
        ends_on=last,
        inputs=msgspec.to_builtins(PeriodInputs()),
    )
    index = 12 * first.year + first.month - 1
    months = [
        date(each // 12, each % 12 + 1, 1) for each in range(index, index + _life(period, event).months)
    ]
    await PersonalPeriodMonth.bulk_create(
        [PersonalPeriodMonth(citizen_id=citizen_id, month=month, period_id=period.id) for month in months]
    )
    return period


async def _find(citizen_id: UUID, id_text: str) -> PersonalPeriod:
    period = await PersonalPeriod.get_or_none(id=read_id(id_text, PeriodNotFound), citizen_id=citizen_id)
    if period is None:
        raise PeriodNotFound
    return period


async def _lock(citizen_id: UUID, id_text: str) -> PersonalPeriod:
    """A period that may still be changed, locked. Raises PeriodNotFound, PeriodClosed."""
    found = PersonalPeriod.filter(id=read_id(id_text, PeriodNotFound), citizen_id=citizen_id)
    period = await found.select_for_update().get_or_none()
    if period is None:
        raise PeriodNotFound
    if period.closed_at is not None:
        raise PeriodClosed
    return period


async def _claim_photo(citizen_id: UUID, sha256: bytes, period_id: UUID, source: str) -> None:
    """Take a photo as evidence of one source of a period; it serves nothing else. Raises PhotoNotFound, PhotoUsed."""
    await lock("lock_photos", sha256.hex())
    taken = await write("claim_photo", citizen_id, sha256, period_id, f"period-{source}")
    if taken and taken[0][0] == period_id:
        return
    if not taken and not await Photo.exists(citizen_id=citizen_id, sha256=sha256):
        raise PhotoNotFound
    raise PhotoUsed


def _inputs_of(period: PersonalPeriod) -> PeriodInputs:
    return msgspec.convert(period.inputs, PeriodInputs, strict=False)


def _life(period: PersonalPeriod, event: Event) -> LifePeriod:
    return LifePeriod(period.starts_on, period.ends_on, event.city)


def _attended(row: Any, meals_of_day_g: int) -> Attended:
    footprint = msgspec.json.decode(row["footprint"], type=Footprint)
    sums: dict[str, int] = {}
    for each in footprint.lines or footprint.categories or ():
        sums[each.source] = sums.get(each.source, 0) + each.emission_g
    first, last = day_of(row["starts_at"]), day_of(row["ends_at"])
    joined = min(max(day_of(row["joined_at"]), first), last)
    around = timedelta(days=NIGHTS_AROUND)
    has_travel = sums.get("travel_intercity", 0) > 0
    view = PeriodEvent(
        slug=row["slug"],
        name=Bilingual(row["name_zh"], row["name_en"]),
        city=row["city"],
        starts_on=first,
        ends_on=last,
        footprint_g=footprint.total_g,
        has_travel=has_travel,
        # Rounded down: a day whose meals were counted in part is counted here as well, never left out of both.
        meal_days=sums.get("meals", 0) // meals_of_day_g,
    )
    a_day = timedelta(days=1)
    if not has_travel:
        return Attended(view, date.max, date.min)
    return Attended(view, max(first, joined - around) - a_day, min(last, joined + around) + a_day)
