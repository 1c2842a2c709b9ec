"""Reads the account of a whole event: lines, people by stratum, credits retired, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import msgspec

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import FactorSet
from backend.domain.days import day_of
from backend.domain.event_reports.statistics import PEOPLE_MIN
from backend.domain.events.years import YEAR_TEMPLATES
from backend.domain.inventory.account import (
    IncludedYear,
    WholeAccount,
    make_account,
    percent_of,
    smaller_sources,
)
from backend.domain.inventory.claim import Evaluated, claim_gaps, claim_of
from backend.domain.inventory.groups import ORGANISATION, PEOPLE_SOURCES
from backend.domain.inventory.lines import current_lines
from backend.domain.inventory.strata import (
    NO_CATEGORY,
    Headcount,
    People,
    Scanned,
    Stratum,
    choose_headcounts,
    fill_in,
)
from backend.errors.inventory import AccountNotFound
from backend.ledger.facts.events import event_facts
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.inventory import account as m
from backend.messages.shape import Bilingual, Statement, view_of
from backend.models import Event
from backend.services.events.events import check_may_run, row_of, visible_event
from backend.services.events.lifecycle import AccountOf
from backend.services.events.years import included_years
from backend.services.inventory.lines import measure_view
from backend.storage.database import Database
from backend.storage.statements import Reader, Rows, read, snapshot
from backend.texts import both, both_names

CATEGORIES = ("local", "province", "national", "international", NO_CATEGORY)
CORE = frozenset({"travel_intercity", "airport_transfer", "travel_local", "lodging"})
OTHER = "other"


class _Published(msgspec.Struct):
    """Of a published report, the account; older ones have none."""

    account: m.AccountView | None = None


async def show_account(
    database: Database, catalogue: Catalogue, slug: str, staff: Principal | None, phase: str, now: datetime
) -> m.AccountView:
    """The account of an event: for those who run or oversee it, and for everybody once it is closed.

    Of a closed event it is the one that its report published, which is not reckoned again for every stranger.

    Raises EventNotFound, AccountNotFound.
    """
    event = await visible_event(slug, staff)
    if event.state != "closed":
        if staff is None:
            raise AccountNotFound
        await check_may_run(staff, event)
    elif phase == "actual":
        for row in await read(database, "read_event_report", event.id):
            published = msgspec.json.decode(row["body"], type=_Published).account
            if published is not None:
                return published
    async with snapshot(database) as look:
        return await read_account_view(look, catalogue, event, phase, now)


def account_reader(database: Database, catalogue: Catalogue) -> AccountOf:
    """Reads the account of an event within the transaction that its next step is taken in."""

    async def account_of(event: Event) -> WholeAccount:
        return await read_account(partial(read, database), catalogue, event, "actual", datetime.now(UTC))

    return account_of


async def read_account_view(
    look: Reader, catalogue: Catalogue, event: Event, phase: str, as_of: datetime
) -> m.AccountView:
    """The account in the shape of answers and reports, of one moment."""
    account = await read_account(look, catalogue, event, phase, as_of)
    measures = await look("read_inventory_measures", event.id, as_of)
    return account_view(event, account, measures, as_of)


async def read_account(
    look: Reader, catalogue: Catalogue, event: Event, phase: str, as_of: datetime
) -> WholeAccount:
    """The account of one moment. Attendees are summed in SQL: what is read does not grow with them."""
    if event.template in YEAR_TEMPLATES:
        return await _read_year(look, event, phase, as_of)
    lines = current_lines(await look("read_inventory_lines", event.id, phase, as_of))
    absences = await look("read_inventory_absences", event.id, phase, as_of)
    counts = [view_of(Headcount, row) for row in await look("read_inventory_headcounts", event.id, as_of)]
    left_out: frozenset[str] = frozenset()
    people = await _people(look, catalogue, event, counts, as_of, left_out)
    if smaller := smaller_sources(lines, people):
        left_out = smaller
        people = await _people(look, catalogue, event, counts, as_of, left_out)
    [retired] = await look("read_inventory_retired", event.id)
    return make_account(
        phase=phase,
        lines=lines,
        absences={row["grouping"]: row["reason"] for row in absences},
        people=people,
        left_out=left_out,
        retired_g=retired["retired_g"],
        expected_people=event.expected_people,
        factor_set=event.factor_set,
        boundary_sources=frozenset(PEOPLE_SOURCES) if event.boundary == "extended" else CORE,
        shares=_shares(catalogue, event),
        days=(day_of(event.starts_at), day_of(event.ends_at)),
    )


async def _read_year(look: Reader, event: Event, phase: str, as_of: datetime) -> WholeAccount:
    """The account of a year: lines alone, those of the venues' years within it among them."""
    lines = current_lines(await look("read_inventory_lines", event.id, phase, as_of))
    included: list[IncludedYear] = []
    for venue in await included_years(event.id):
        own = current_lines(await look("read_inventory_lines", venue.id, phase, as_of))
        [retired] = await look("read_inventory_retired", venue.id)
        lines_g = sum(line["emission_g"] for line in own)
        included.append(
            IncludedYear(
                slug=venue.slug,
                name_zh=venue.name_zh,
                name_en=venue.name_en,
                state=venue.state,
                lines_g=lines_g,
                retired_g=min(retired["retired_g"], lines_g),
            )
        )
        lines += own
    absences = await look("read_inventory_absences", event.id, phase, as_of)
    [retired] = await look("read_inventory_retired", event.id)
    return make_account(
        phase=phase,
        lines=lines,
        absences={row["grouping"]: row["reason"] for row in absences},
        people=People((), {}, {}, 0),
        left_out=frozenset(),
        retired_g=retired["retired_g"],
        expected_people=None,
        factor_set=event.factor_set,
        boundary_sources=frozenset(),
        shares={},
        days=(day_of(event.starts_at), day_of(event.ends_at)),
        boundary=ORGANISATION,
        measures=len(await look("read_inventory_measures", event.id, as_of)),
        included=tuple(included),
    )


async def _people(
    look: Reader,
    catalogue: Catalogue,
    event: Event,
    counts: Sequence[Headcount],
    as_of: datetime,
    left_out: frozenset[str],
) -> People:
    rows = await look("read_inventory_scans", event.id, as_of, sorted(left_out))
    scanned = [_scanned(row) for row in rows]
    headcounts = choose_headcounts(counts, sum(each.people for each in scanned), event.expected_people)
    defaults = _defaults(catalogue, event, left_out)
    factor_set: FactorSet = catalogue.factor_sets[event.factor_set]
    uncertainty = factor_set.factor("uncertainty_default", catalogue.factors).value
    return fill_in(headcounts, scanned, defaults, int(uncertainty))


def _scanned(row: Mapping[str, Any]) -> Scanned:
    by_source = row["by_source"]
    if isinstance(by_source, str | bytes):
        by_source = msgspec.json.decode(by_source)
    return view_of(Scanned, row, square_g2=int(row["square_g2"]), by_source=by_source)


def _defaults(catalogue: Catalogue, event: Event, left_out: frozenset[str]) -> dict[str, dict[str, int]]:
    """Grams by source of somebody who declares nothing, by category."""
    facts, book = event_facts(row_of(event)), FootprintBook(catalogue)
    found: dict[str, dict[str, int]] = {}
    for category in CATEGORIES:
        computed = book.compute(facts, None, None if category == NO_CATEGORY else category)
        sums: dict[str, int] = {}
        for line in computed.lines:
            if line.source not in left_out:
                sums[line.source] = sums.get(line.source, 0) + line.emission_g
        found[category] = sums
    return found


def _shares(catalogue: Catalogue, event: Event) -> dict[str, int]:
    """Grams that the extended boundary assumes of a person, of sources that a core boundary leaves out."""
    if event.boundary == "extended":
        return {}
    facts = event_facts(row_of(event))
    extended = msgspec.structs.replace(facts.profile, boundary="extended")
    computed = FootprintBook(catalogue).compute(msgspec.structs.replace(facts, profile=extended), None, None)
    return {line.source: line.emission_g for line in computed.lines if line.source not in CORE}


def evaluated_of(event: Event) -> Evaluated:
    """Who evaluated an event, as its evaluation says."""
    evaluation: Mapping[str, Any] = event.evaluation or {}
    return Evaluated(evaluation.get("basis"), bool(evaluation.get("is_by_another")))


def claim_view(event: Event, account: WholeAccount, gaps: tuple[str, ...]) -> m.ClaimView:
    """What may be said of an event in both languages, with what a claim of all of it lacks."""
    return msgspec.convert(claim_of(event.name_zh, event.name_en, account, gaps), m.ClaimView)


def account_view(event: Event, account: WholeAccount, measures: Rows, as_of: datetime) -> m.AccountView:
    gaps = claim_gaps(account, event.neutrality_scope, evaluated_of(event))
    score = account.quality_hundredths
    return view_of(
        m.AccountView,
        account,
        standard=account.boundary.standard,
        boundary=account.boundary.code,
        included=[
            view_of(m.IncludedYearView, each, name=Bilingual(each.name_zh, each.name_en))
            for each in account.included
        ],
        as_of=as_of,
        quality_score=None if score is None else Decimal(score) / 100,
        groups=[
            view_of(m.GroupView, group, name=Bilingual(*both_names("inventory.group", group.group)))
            for group in account.groups
        ],
        sources=[
            m.SourceSum(
                source=source,
                name=Bilingual(*both_names("inventory.source", source)),
                group=account.boundary.sources[source].group,
                emission_g=grams,
            )
            for source, grams in sorted(account.sources.items())
        ],
        people=people_view(account.people, account.response_tenths),
        measures=[measure_view(row) for row in measures],
        missing=[m.GapView(code=code, text=Statement(*both(f"inventory.missing.{code}"))) for code in gaps],
        claim=claim_view(event, account, gaps),
    )


def people_view(people: People, response_tenths: int) -> m.PeopleView:
    """People by stratum; strata in which somebody could be found are one."""
    strata = _folded(people.strata)
    return view_of(
        m.PeopleView,
        people,
        filled_in=people.people - people.scanned,
        response_rate_pct=percent_of(response_tenths),
        filled_g=people.total_g - people.scanned_g,
        default_g=sum(each.default_g for each in people.strata),
        strata=[
            view_of(
                m.StratumView,
                each,
                name=Bilingual(*_category_name(each.category)),
            )
            for each in strata
        ],
    )


def _category_name(category: str) -> tuple[str, str]:
    if category == OTHER:
        return both("other")
    if category == "expected":
        return both("inventory.expected")
    return both_names("category", category)


def _folded(strata: Sequence[Stratum]) -> list[Stratum]:
    """Strata in which nobody can be found: those of one to four scans are one, with a further one if they are still so
    few; what it says is a sum, and sums of half-widths are too wide rather than too narrow.
    """
    few = [each for each in strata if 0 < each.scanned < PEOPLE_MIN]
    rest = sorted((each for each in strata if each.scanned >= PEOPLE_MIN), key=lambda each: each.scanned)
    if few and sum(each.scanned for each in few) < PEOPLE_MIN and rest:
        few.append(rest.pop(0))
    if len(few) < 2:
        return list(strata)
    kept = [each for each in strata if all(each is not one for one in few)]
    sums = {
        name: sum(getattr(each, name) for each in few)
        for name in (
            *("listed", "people", "scanned", "scanned_g", "filled_in", "filled_g", "half_width_g"),
            *("default_g", "partial_g"),
        )
    }
    methods = {each.method for each in few if each.method != "counted"}
    method = methods.pop() if len(methods) == 1 else "event" if methods else "counted"
    headcounts = {each.headcount for each in few}
    headcount = headcounts.pop() if len(headcounts) == 1 else "list"
    return [
        *kept,
        Stratum(category=OTHER, day=None, headcount=headcount, filled_by_source={}, method=method, **sums),
    ]
