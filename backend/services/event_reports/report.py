"""An event's report: provisional numbers while it runs, and the one published when it is closed.

The published report is made once. Its bytes are stored with their SHA-256 and answered unchanged, so that anybody can
hold the report they were given against the log.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.event_reports.statistics import PEOPLE_MIN, Group, by_steps, fold, histogram, median
from backend.domain.events.lifecycle import Account
from backend.domain.inventory.lines import current_lines
from backend.errors.event_reports import EventReportNotFound
from backend.ledger.facts.footprints import FootprintBook
from backend.messages import event_reports as m
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.events.events import EventView
from backend.messages.events.lifecycle import TransitionRequest
from backend.messages.inventory.account import AccountView
from backend.messages.shape import Bilingual, view_of
from backend.models import Event
from backend.render.texts.event_report import (
    CORE_SOURCES,
    EXTENDED_SOURCES,
    conclusion,
    name_in_report,
    notes,
    statement,
    year_notes,
)
from backend.services.catalogue.views import factor_view
from backend.services.event_reports.aggregation import MODE_ROLES, Attendees, read_attendees
from backend.services.event_reports.neutralised_sources import neutralised, percent, read_contribution
from backend.services.events.events import check_may_run, event_view, visible_event
from backend.services.events.lifecycle import VerifiedBy, move_event
from backend.services.events.years import included_years, is_year
from backend.services.inventory.account import account_reader, read_account_view
from backend.storage.database import Database
from backend.storage.statements import Reader, Rows, read, snapshot, write
from backend.texts import both_names

# Decimals as numbers and fields in one order: the same report has the same bytes.
_CANONICAL = msgspec.json.Encoder(decimal_format="number", order="deterministic")


class Published(NamedTuple):
    """A report with its bytes and their SHA-256."""

    view: m.EventReportView
    body: bytes
    digest: bytes


async def show_report(
    database: Database, catalogue: Catalogue, slug: str, staff: Principal | None, now: datetime
) -> Published:
    """The published report of a closed event; before that, provisional numbers for its organiser and staff.

    Raises EventNotFound, EventReportNotFound.
    """
    event = await visible_event(slug, staff)
    if event.state == "closed":
        return await close_report(database, catalogue, event, None, now)
    if staff is None:
        raise EventReportNotFound
    await check_may_run(staff, event)
    return _published(await compute_report(database, catalogue, event, now))


async def close_report(
    database: Database, catalogue: Catalogue, event: Event, made_by: UUID | None, now: datetime
) -> Published:
    """Publish a closed event's report, or return the published one: the first caller publishes it for all.

    Call it when the closing is committed. If the process dies in between, the first reader publishes the report.
    """
    assert event.state == "closed"
    rows = await read(database, "read_event_report", event.id)
    if not rows:
        made = _published(await compute_report(database, catalogue, event, now))
        await write("store_event_report", event.id, made.body, made_by, now)
        rows = await read(database, "read_event_report", event.id)
    row = rows[0]
    view = msgspec.json.decode(row["body"], type=m.EventReportView)
    return Published(view, row["body"], row["digest"])


async def move_and_publish(
    database: Database,
    staff: Principal,
    slug: str,
    request: TransitionRequest,
    catalogue: Catalogue,
    footprints: FootprintBook,
    now: datetime,
    *,
    verified_by: VerifiedBy,
    is_demo: bool,
) -> EventView:
    """Move an event to another state, and publish its report when that closes it.

    Raises EventNotFound, TransitionIllegal, StepNotReady, RoleForbidden.
    """
    event = await move_event(
        database,
        staff,
        slug,
        request,
        catalogue=catalogue,
        account_of=account_reader(database, catalogue),
        verified_by=verified_by,
        is_demo=is_demo,
    )
    if event.state == "closed":
        await close_report(database, catalogue, event, staff.id, now)
    return await event_view(database, event, footprints)


def _published(view: m.EventReportView) -> Published:
    body = _CANONICAL.encode(view)
    return Published(view, body, hashlib.sha256(body).digest())


async def compute_report(
    database: Database, catalogue: Catalogue, event: Event, now: datetime
) -> m.EventReportView:
    """The numbers of one moment, in fifteen statements or so and one more for every 500 different footprints."""
    async with snapshot(database) as look:
        attendees = await read_attendees(look, event.id, _modes(event, catalogue))
        offsets = await look("read_event_offsets", event.id)
        runs = await look("read_event_serials", event.id)
        pools = await look("read_event_pools", event.id)
        actions = await look("read_event_actions", event.id)
        minutes = await look("read_event_minutes", event.id)
        documents = await look("read_event_documents", event.id)
        contribution_g = await read_contribution(look, event.id, attendees)
        account = await read_account_view(look, catalogue, event, "actual", now)
        factor_ids = attendees.factor_ids | await _factors_of_year(look, event, now)
    held = [row for row in runs if row["is_held"]]
    pools_view = _pools(pools, [row for row in runs if not row["is_held"]])
    return m.EventReportView(
        event=_event(event),
        is_final=event.state == "closed",
        made_at=now,
        people_min=PEOPLE_MIN,
        attendances=attendees.people,
        footprint=_footprint(attendees),
        by_source=_sources(attendees),
        by_category=_groups("category", attendees.categories, attendees.total_g),
        by_basis=_groups("basis", attendees.bases, attendees.total_g),
        modes=[
            m.ReportMode(
                key=key, name=name_in_report("mode", key), attendances=group.people, emission_g=group.grams
            )
            for key, group in fold(attendees.modes).items()
        ],
        distribution=[
            m.ReportBin(from_g=low, to_g=high, attendances=people)
            for low, high, people in histogram(attendees.totals)
        ],
        participation=_participation(minutes),
        reductions=_reductions(actions, catalogue),
        offsets=_offsets(offsets, held),
        pools=pools_view,
        neutrality=_neutrality(event, attendees, pools_view, account),
        factors=[
            factor_view(catalogue.factors[factor_id], catalogue)
            for factor_id in sorted(factor_ids)
            if factor_id in catalogue.factors
        ],
        documents=[view_of(m.ReportDocument, row, sha256=row["sha256"].hex()) for row in documents],
        notes=year_notes()
        if is_year(event)
        else notes(
            counts_radiative_forcing=_counts_radiative_forcing(event, attendees, catalogue),
            factor_set=None if attendees.lines_are_whole else event.factor_set,
        ),
        neutralised=neutralised(event.neutralises, attendees, contribution_g),
        account=account,
    )


async def _factors_of_year(look: Reader, event: Event, now: datetime) -> set[str]:
    """The catalogue's factors that the lines of a year, and of the years within it, were computed with."""
    if not is_year(event):
        return set()
    ids = [event.id, *(each.id for each in await included_years(event.id))]
    lines = [line for each in ids for line in await look("read_inventory_lines", each, "actual", now)]
    return {line["factor_id"] for line in current_lines(lines) if line["factor_id"] is not None}


def _counts_radiative_forcing(event: Event, attendees: Attendees, catalogue: Catalogue) -> bool:
    """By what the organiser set, which every flight was reckoned with, kept or not; or by a factor that was used."""
    used = attendees.factor_ids | set(_overrides(event).values())
    return event.profile.get("radiative_forcing") is True or any(
        catalogue.factors[each].has_radiative_forcing for each in used if each in catalogue.factors
    )


def _overrides(event: Event) -> dict[str, str]:
    """Factors that the organiser put in the place of the set's, by role."""
    overrides = event.profile.get("overrides")
    return {role: str(factor) for role, factor in overrides.items()} if isinstance(overrides, dict) else {}


def _modes(event: Event, catalogue: Catalogue) -> dict[str, str]:
    """The vehicle of each factor: those of the event's set, and those that its organiser put in their place."""
    roles = catalogue.factor_sets[event.factor_set].roles
    replaced = _overrides(event)
    return {replaced.get(role, roles[role]): mode for role, mode in MODE_ROLES.items() if role in roles}


def _event(event: Event) -> m.ReportEvent:
    sources = EXTENDED_SOURCES if event.boundary == "extended" else CORE_SOURCES
    return view_of(
        m.ReportEvent,
        event,
        name=Bilingual(event.name_zh, event.name_en),
        starts_at=event.starts_at.astimezone(UTC),
        ends_at=event.ends_at.astimezone(UTC),
        boundary_sources=[name_in_report("source", source) for source in sources],
    )


def _footprint(attendees: Attendees) -> m.ReportFootprint:
    uncertain_g = -(-attendees.uncertain_g // 100)
    return m.ReportFootprint(
        total_g=attendees.total_g,
        mean_g=attendees.total_g // attendees.people if attendees.people else 0,
        median_g=median(attendees.totals),
        uncertainty_g=uncertain_g,
        uncertainty_pct=percent(uncertain_g, attendees.total_g),
        default_g=attendees.default_g,
        default_pct=percent(attendees.default_g, attendees.total_g),
    )


def _sources(attendees: Attendees) -> list[m.ReportSource]:
    return [
        m.ReportSource(
            key=key,
            name=name_in_report("source", key),
            attendances=min(group.people, attendees.people),
            emission_g=group.grams,
            default_g=group.others,
            share_pct=percent(group.grams, attendees.total_g),
        )
        for key, group in fold(attendees.sources).items()
    ]


def _groups(kind: str, groups: Mapping[str, Group], total_g: int) -> list[m.ReportGroup]:
    return [
        m.ReportGroup(
            key=key,
            name=name_in_report(kind, key),
            attendances=group.people,
            footprint_g=group.grams,
            offset_g=group.others,
            share_pct=percent(group.grams, total_g),
        )
        for key, group in fold(groups).items()
    ]


def _participation(rows: Rows) -> m.ReportParticipation:
    step, counts = by_steps([(row["minute"], row["joined"], row["offsets"], row["actions"]) for row in rows])
    return m.ReportParticipation(
        step_minutes=step,
        intervals=[view_of(m.ReportInterval, count, starts_at=at) for at, count in counts.items()],
    )


def _reductions(rows: Rows, catalogue: Catalogue) -> m.ReportReductions:
    groups: dict[str, Group] = {}
    for row in rows:
        groups[row["method"]] = Group(row["people"], row["reduction_g"], row["self_declared_g"])
    counts = {row["method"]: row["actions"] for row in rows}
    methods: list[m.ReportMethod] = []
    folded = fold(groups)
    for key, group in folded.items():
        known = catalogue.methods.get(key)
        actions = counts[key] if key in counts else sum(counts[each] for each in counts if each not in folded)
        methods.append(
            m.ReportMethod(
                method=key,
                name=bilingual(known.name) if known is not None else name_in_report("method", key),
                actions=actions,
                reduction_g=group.grams,
                self_declared_g=group.others,
            )
        )
    return m.ReportReductions(
        actions=sum(counts.values()),
        reduction_g=sum(row["reduction_g"] for row in rows),
        self_declared_g=sum(row["self_declared_g"] for row in rows),
        methods=methods,
        note=statement("reductions.note"),
    )


def _offsets(rows: Rows, held: Rows) -> m.ReportOffsets:
    payers: dict[str, Group] = {}
    people = Counter[str]()
    for row in rows:
        people[row["kind"]] += row["people"]
        if row["pay_with"] is not None:
            payers.setdefault(row["pay_with"], Group()).add(row["people"], row["grams"])
    return view_of(
        m.ReportOffsets,
        people,
        grams=sum(row["grams"] for row in rows),
        payers=[
            m.ReportPayer(key=key, name=name_in_report("payer", key), offsets=group.people, grams=group.grams)
            for key, group in fold(payers).items()
        ],
        products=_products(held),
        serials=[_run(row, row["serial_from"], row["serial_to"]) for row in held],
    )


def _run(row: Mapping[str, Any], serial_from: int, serial_to: int) -> m.ReportSerials:
    return view_of(
        m.ReportSerials,
        row,
        batch_id=str(row["batch_id"]),
        project=row["project_name"],
        serial_from=serial_from,
        serial_to=serial_to,
        grams=serial_to - serial_from + 1,
    )


def _products(serials: Rows) -> list[m.ReportProduct]:
    grams: dict[tuple[str, str, int], int] = {}
    for row in serials:
        key = row["product"], row["project_name"], row["vintage"]
        grams[key] = grams.get(key, 0) + row["grams"]
    return [
        m.ReportProduct(
            product=product,
            name=Bilingual(*both_names("product", product)),
            project=project,
            vintage=vintage,
            grams=sum_g,
        )
        for (product, project, vintage), sum_g in sorted(grams.items(), key=lambda item: (-item[1], item[0]))
    ]


def _pools(rows: Rows, released: Rows) -> m.ReportPools:
    retired_g = sum(row["serial_to"] - row["serial_from"] + 1 for row in rows)
    unused = [
        _run(row, row["next_serial"], row["serial_to"])
        for row in rows
        if row["next_serial"] <= row["serial_to"]
    ]
    given_up = [_run(row, row["serial_from"], row["serial_to"]) for row in released]
    unused_g, released_g = (sum(run.grams for run in runs) for runs in (unused, given_up))
    return m.ReportPools(
        retired_g=retired_g,
        allocated_g=retired_g - unused_g - released_g,
        surplus_g=unused_g + released_g,
        unused_g=unused_g,
        released_g=released_g,
        surplus=[*unused, *given_up],
    )


def _neutrality(
    event: Event, attendees: Attendees, pools: m.ReportPools, whole: AccountView
) -> m.ReportNeutrality:
    evaluation: Mapping[str, Any] = event.evaluation or {}
    account = Account(
        scope=event.neutrality_scope,  # type: ignore[arg-type]
        target_pct=event.target_pct,
        emission_g=attendees.total_g,
        organiser_emission_g=evaluation.get("organiser_emission_g"),
        pool_g=pools.retired_g,
        allocated_g=pools.allocated_g,
        whole_g=whole.high_g,
        has_lines=whole.lines > 0,
        included_g=sum(each.retired_g for each in whole.included),
        gaps=tuple(gap.code for gap in whole.missing),
    )
    return m.ReportNeutrality(
        scope=account.scope,
        is_covered=account.is_declared and account.is_covered and account.boundary_g > 0,
        emission_g=account.boundary_g,
        organiser_emission_g=account.organiser_emission_g,
        retired_g=account.retired_g,
        basis=evaluation.get("basis"),
        verifier=evaluation.get("verifier"),
        claim=whole.claim,
        statement=conclusion(
            Bilingual(event.name_zh, event.name_en), event.boundary, account, attendees.people, whole.claim
        ),
    )
