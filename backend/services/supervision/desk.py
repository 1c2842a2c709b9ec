"""The regulator's desk: what lies within a regulator's remits, what of it is late or unusual, what was said of that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from urllib.parse import quote
from uuid import UUID

from tortoise.expressions import Q

from backend.auth import Principal
from backend.catalogue.supervision import load_alert_rules
from backend.domain.days import day_of
from backend.domain.events.lifecycle import State
from backend.domain.folding import folded_words
from backend.domain.organisations.remits import Remits
from backend.errors.supervision.desk import AlertNotFound
from backend.messages.cursors import write_cursor
from backend.messages.shape import Bilingual, Page, view_of
from backend.messages.supervision.desk import (
    AlertCount,
    AlertNoteRequest,
    AlertView,
    DeskOverview,
    ListedBrief,
    RemitBrief,
    StateCount,
    WatchedEvent,
    WatchedSubject,
)
from backend.models import (
    AlertAcknowledgement,
    Event,
    EventOrganisation,
    ListCase,
    ListEntry,
    Organisation,
    OrganisationLicence,
)
from backend.models.keys import uuid7
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import licence_view, subject_kind
from backend.services.organisations.remits import organisations_within, remits_of
from backend.storage.database import Database
from backend.storage.statements import read

ALERTS_COUNTED_MAX = 10_000
_LATE_RULES = {
    "running": "accounting_late",
    "accounting": "offset_late",
    "offset": "evaluation_late",
    "evaluated": "evaluation_late",
}


async def show_overview(database: Database, staff: Principal, now: datetime) -> DeskOverview:
    """Events by state and alerts by rule within the caller's remits."""
    remits = await remits_of(staff)
    rows = await read(database, "count_watched_events", remits.agencies, remits.cities)
    events = {row["state"]: row["events"] for row in rows}
    alerts = await _alerts(database, remits, now, rows_max=ALERTS_COUNTED_MAX)
    all_ = Counter(row["kind"] for row in alerts)
    open_ = Counter(row["kind"] for row in alerts if row["acknowledged_at"] is None)
    return DeskOverview(
        is_province=remits.is_province,
        remits=[RemitBrief(agency=each.agency, city=each.city) for each in remits],  # type: ignore[arg-type]
        events=[StateCount(state=state, events=events.get(state, 0)) for state in get_args(State)],
        alerts=[
            AlertCount(
                kind=rule.code,
                name=_name(rule.name),
                limit=rule.limit,
                alerts=all_[rule.code],
                unacknowledged=open_[rule.code],
            )
            for rule in load_alert_rules().values()
        ],
        as_of=now,
    )


async def list_events(
    database: Database,
    staff: Principal,
    state: str | None,
    agency: str | None,
    query: str | None,
    limit: int,
    cursor: UUID | None,
    now: datetime,
) -> Page[WatchedEvent]:
    """Events within the caller's remits, unpublished ones included, the newest first."""
    remits = await remits_of(staff)
    rows = await read(
        database,
        "read_watched_events",
        remits.agencies,
        remits.cities,
        state,
        agency,
        None if query is None else f"%{_literal(query)}%",
        cursor,
        limit + 1,
    )
    return Page.of(rows, limit, lambda row: _event_view(row, now))


def _literal(text: str) -> str:
    """A text in which no sign of LIKE means more than itself."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _event_view(row: Mapping[str, Any], now: datetime) -> WatchedEvent:
    rule = load_alert_rules().get(_LATE_RULES.get(row["state"], ""))
    late = timedelta() if rule is None else now - row["ends_at"] - timedelta(days=rule.limit)
    return view_of(
        WatchedEvent,
        row,
        name=Bilingual(row["name_zh"], row["name_en"]),
        starts_at=row["starts_at"].astimezone(UTC),
        ends_at=row["ends_at"].astimezone(UTC),
        late_days=max(0, late.days),
    )


async def list_subjects(
    staff: Principal, query: str | None, limit: int, cursor: UUID | None, now: datetime
) -> Page[WatchedSubject]:
    """Organisations within the caller's remits in every state, and those that run an event there, the newest first."""
    remits = await remits_of(staff)
    found = Organisation.filter(organisations_within(remits))
    if cursor is not None:
        found = found.filter(id__lt=cursor)
    rows = await found.order_by("-id")
    words = folded_words(query) if query else ""
    rows = [row for row in rows if _is_called(row, words)][: limit + 1]
    ids = [row.id for row in rows]
    licences: defaultdict[UUID, list[OrganisationLicence]] = defaultdict(list)
    for licence in await OrganisationLicence.filter(organisation_id__in=ids).order_by("id"):
        licences[licence.organisation_id].append(licence)
    held = await EventOrganisation.filter(organisation_id__in=ids, removed_at=None)
    open_ids = set(
        await Event.filter(id__in=[each.event_id for each in held])
        .exclude(state__in=["closed", "rejected"])
        .values_list("id", flat=True)
    )
    listed = await _listed(ids, day_of(now))
    cases = Counter(
        each.organisation_id for each in await ListCase.filter(organisation_id__in=ids, state="open")
    )
    running_of = Counter(each.organisation_id for each in held if each.event_id in open_ids)
    today = day_of(now)
    return Page.of(
        rows,
        limit,
        lambda row: view_of(
            WatchedSubject,
            row,
            name=Bilingual(row.name_zh, row.name_en),
            kinds=sorted(row.kinds),
            subject=subject_kind(row.kinds),
            licences=[licence_view(each, today) for each in licences[row.id]],
            running_events=running_of[row.id],
            lists=listed[row.id],
            open_cases=cases[row.id],
        ),
    )


async def _listed(ids: list[UUID], today: date) -> defaultdict[UUID, list[ListedBrief]]:
    """Entries of organisations that are in force on a day."""
    entries = ListEntry.filter(organisation_id__in=ids, state="published", valid_from__lte=today)
    found: defaultdict[UUID, list[ListedBrief]] = defaultdict(list)
    for entry in await entries.filter(Q(valid_to=None) | Q(valid_to__gte=today)).order_by("id"):
        found[entry.organisation_id].append(view_of(ListedBrief, entry))
    return found


def _is_called(row: Organisation, words: str) -> bool:
    return not words or any(words in folded_words(text) for text in (row.code, row.name_zh, row.name_en))


async def list_alerts(
    database: Database,
    staff: Principal,
    kind: str | None,
    event: str | None,
    limit: int,
    cursor: int,
    now: datetime,
) -> Page[AlertView]:
    """What is late or unusual within the caller's remits: what nobody has acknowledged first, then the oldest first."""
    remits = await remits_of(staff)
    rows = await _alerts(database, remits, now, kind=kind, event=event, rows_max=limit + 1, passed=cursor)
    return Page(
        [_alert_view(row) for row in rows[:limit]],
        write_cursor(cursor + limit) if len(rows) > limit else None,
    )


async def acknowledge_alert(
    database: Database, staff: Principal, request: AlertNoteRequest, now: datetime
) -> AlertView:
    """Keep what a regulator says of an alert that stands now. Raises AlertNotFound."""
    async with database.transaction():
        row = await _alert(database, staff, request, now)
        await AlertAcknowledgement.create(
            id=uuid7(),
            alert=request.kind,
            subject=request.subject,
            since=row["since"],
            note=request.note,
            staff_id=staff.id,
        )
        await record(
            staff,
            "alert.acknowledge",
            f"{request.kind} {request.subject}",
            reason=request.note,
            after={"since": row["since"].isoformat()},
        )
        return _alert_view(await _alert(database, staff, request, now))


async def _alert(
    database: Database, staff: Principal, request: AlertNoteRequest, now: datetime
) -> Mapping[str, Any]:
    remits = await remits_of(staff)
    rows = await _alerts(database, remits, now, kind=request.kind, rows_max=ALERTS_COUNTED_MAX)
    found: Mapping[str, Any] | None = next((row for row in rows if row["subject"] == request.subject), None)
    if found is None:
        raise AlertNotFound
    return found


async def _alerts(
    database: Database,
    remits: Remits,
    now: datetime,
    *,
    kind: str | None = None,
    event: str | None = None,
    rows_max: int,
    passed: int = 0,
) -> list[Any]:
    rules = load_alert_rules().values()
    return await read(
        database,
        "read_alerts",
        remits.agencies,
        remits.cities,
        [rule.code for rule in rules],
        [rule.limit for rule in rules],
        day_of(now),
        kind,
        event,
        rows_max,
        passed,
    )


def _alert_view(row: Mapping[str, Any]) -> AlertView:
    rule = load_alert_rules()[row["kind"]]
    return view_of(
        AlertView,
        row,
        name=_name(rule.name),
        event_name=None if row["event"] is None else Bilingual(row["name_zh"], row["name_en"]),
        limit=rule.limit,
        link=_link(row),
    )


def _link(row: Mapping[str, Any]) -> str | None:
    if row["event"] is not None:
        return f"/staff/supervision#event/{quote(row['event'])}"
    if row["kind"] == "case_open":
        return "/staff/lists"
    if row["kind"] == "licence_ended":
        return f"/organisations/{quote(row['subject'])}"
    return None


def _name(name: Mapping[str, str]) -> Bilingual:
    return Bilingual(name["zh-CN"], name["en"])
