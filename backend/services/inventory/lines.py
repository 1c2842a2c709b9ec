"""Organisers record activity data, ticket lists, groups of which there is nothing, and reduction measures."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.catalogue.factors import find_city
from backend.domain.days import day_of
from backend.domain.events.years import YEAR_TEMPLATES
from backend.domain.inventory.activity_csv import COLUMNS_KNOWN, read_lines, template
from backend.domain.inventory.groups import EVENT, ORGANISATION, PHASES, BoundarySet, SourceRule
from backend.domain.inventory.lines import (
    Computed,
    Draft,
    LineError,
    OwnFactor,
    check_draft,
    current_lines,
    find_overlaps,
)
from backend.errors import EventClosed
from backend.errors.inventory import (
    InventoryEmpty,
    InventoryFileUnreadable,
    InventoryFixed,
    InventoryRowsBroken,
)
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.inventory import lines as m
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import Event, EventDocument, InventoryAbsence, InventoryMeasure, InventoryPeople
from backend.models.keys import uuid7
from backend.services.events.events import event_of_staff, overseen_event, visible_event
from backend.services.events.years import relatives_of
from backend.services.identity.staff_accounts import record
from backend.services.imports.table_files import TableFiles, file_view
from backend.storage.database import Database
from backend.storage.statements import lock, read, write
from backend.texts import both_names


async def add_to_inventory(
    database: Database, catalogue: Catalogue, staff: Principal, slug: str, request: m.InventoryRequest
) -> m.InventoryStored:
    """Store lines, a ticket list and groups declared as none, all or nothing.

    Raises EventNotFound, EventClosed, InventoryFixed, InventoryEmpty, InventoryRowsBroken.
    """
    await event_of_staff(staff, slug)
    if not (request.lines or request.people or request.none):
        raise InventoryEmpty
    drafts = [_draft(row, line) for row, line in enumerate(request.lines, 1)]
    _check_list(request.people)
    async with database.transaction():
        event = await _open_event(staff, slug)
        _check_boundary(boundary_of(event), request)
        stored = await _store_lines(database, catalogue, staff, event, drafts, None)
        await _store_list(staff, event, request.people)
        for absence in request.none:
            await InventoryAbsence.create(
                event_id=event.id,
                phase=absence.phase,
                grouping=absence.group,
                reason=absence.reason,
                created_by=staff.id,
            )
        stored.none = len(request.none)
        stored.people = sum(each.people for each in request.people)
        after = {"lines": len(drafts), "people": stored.people, "none": stored.none}
        await record(staff, "inventory.add", slug, after=after)
    return stored


async def import_lines(
    database: Database, catalogue: Catalogue, files: TableFiles, staff: Principal, slug: str, content: bytes
) -> m.InventoryStored:
    """Store the lines of a file, all or none.

    Raises EventNotFound, EventClosed, InventoryFixed, InventoryFileUnreadable, InventoryRowsBroken.
    """
    await event_of_staff(staff, slug)
    (drafts, errors), reading = await files.read(
        content, COLUMNS_KNOWN, read_lines, InventoryFileUnreadable, str(staff.id)
    )
    if errors:
        raise InventoryRowsBroken.of(errors)
    async with database.transaction():
        event = await _open_event(staff, slug)
        stored = await _store_lines(database, catalogue, staff, event, drafts, uuid7())
        await record(
            staff, "inventory.import", slug, after={"import": stored.import_id, "lines": len(drafts)}
        )
    stored.file = file_view(reading)
    return stored


async def _open_event(staff: Principal, slug: str) -> Event:
    """The event, whose inventory is ours and whose state stays until the transaction ends; scans do not wait."""
    event = await event_of_staff(staff, slug)
    if event.template in YEAR_TEMPLATES:
        # Years that count each other's lines are entered one after the other: a meter stands in one of them.
        for each in sorted({event.id, *await relatives_of(event.id)}):
            await lock("lock_inventory", each)
    [found] = await lock("lock_inventory", event.id)
    if found["state"] == "closed":
        raise EventClosed
    if found["state"] == "evaluated":
        raise InventoryFixed
    return event


def _draft(row: int, line: m.LineRequest) -> Draft:
    own = line.factor
    return Draft(
        row=row,
        phase=line.phase,
        source=line.source,
        quantity=line.quantity,
        unit=line.unit,
        starts_on=line.period_from,
        ends_on=line.period_until,
        quality=line.quality,
        factor_id=line.factor_id,
        own_factor=None if own is None else OwnFactor(own.value, own.unit, own.source),
        meter=line.meter,
        document_id=line.document_id,
        supersedes=line.supersedes,
        note=line.note,
    )


def boundary_of(event: Event) -> BoundarySet:
    """What the account of an event, or of a year, is made of."""
    return ORGANISATION if event.template in YEAR_TEMPLATES else EVENT


def _check_boundary(boundary: BoundarySet, request: m.InventoryRequest) -> None:
    """Raises InventoryRowsBroken: groups are those of the boundary, and nobody attends a year."""
    known = ", ".join(boundary.optional)
    errors = [
        LineError(row, "group", "one_of", {"known": known})
        for row, absence in enumerate(request.none, 1)
        if absence.group not in boundary.optional
    ]
    if request.people and not boundary.has_people:
        errors.append(LineError(1, "people", "no_people"))
    if errors:
        raise InventoryRowsBroken.of(errors)


def _check_list(people: Sequence[m.PeopleRequest]) -> None:
    """Raises InventoryRowsBroken: a category is told by day or in all, and each stratum once."""
    errors: list[LineError] = []
    seen: set[tuple[str, date | None]] = set()
    for row, each in enumerate(people, 1):
        key = (each.category, each.day)
        is_mixed = any(
            category == each.category and (day is None) != (each.day is None) for category, day in seen
        )
        if key in seen or is_mixed:
            errors.append(LineError(row, "day", "stratum_twice", {"category": each.category}))
        seen.add(key)
    if errors:
        raise InventoryRowsBroken.of(errors)


async def _store_list(staff: Principal, event: Event, people: Sequence[m.PeopleRequest]) -> None:
    list_id = uuid7()
    now = datetime.now(UTC)
    rows = [
        InventoryPeople(
            id=uuid7(),
            event_id=event.id,
            list_id=list_id,
            category=each.category,
            day=each.day,
            people=each.people,
            source=each.source,
            created_by=staff.id,
            created_at=now,
        )
        for each in people
    ]
    if rows:
        await InventoryPeople.bulk_create(rows)


async def _store_lines(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    event: Event,
    drafts: Sequence[Draft],
    import_id: UUID | None,
) -> m.InventoryStored:
    """The inventory is locked: nobody else adds a line that overlaps one of these meanwhile."""
    now = datetime.now(UTC)
    boundary = boundary_of(event)
    computed, errors = await asyncio.to_thread(_compute, drafts, catalogue, day_of(now), boundary)
    stored = [
        row for phase in PHASES for row in await read(database, "read_inventory_lines", event.id, phase, now)
    ]
    errors += await _check_references(event, drafts, stored)
    if not errors:
        others = [
            row
            for each in await relatives_of(event.id)
            for phase in PHASES
            for row in current_lines(await read(database, "read_inventory_lines", each, phase, now))
        ]
        errors = find_overlaps(drafts, [*current_lines(stored), *others])
    if errors:
        raise InventoryRowsBroken.of(sorted(errors, key=lambda error: error.row))
    ids = [uuid7() for _ in drafts]
    if drafts:
        await write(
            "store_inventory_lines",
            *(event.id, staff.id, now, import_id, ids),
            *_columns(boundary, drafts, computed),
        )
    return m.InventoryStored(
        lines=[str(each) for each in ids],
        emission_g=sum(each.emission_g for each in computed),
        import_id=None if import_id is None else str(import_id),
    )


def _compute(
    drafts: Sequence[Draft], catalogue: Catalogue, today: date, boundary: BoundarySet
) -> tuple[list[Computed], list[LineError]]:
    computed: list[Computed] = []
    errors: list[LineError] = []
    for draft in drafts:
        found, wrong = check_draft(draft, catalogue.factors, today, boundary)
        errors += wrong
        if found is not None:
            computed.append(found)
    return computed, errors


async def _check_references(
    event: Event, drafts: Sequence[Draft], stored: Sequence[Mapping[str, Any]]
) -> list[LineError]:
    """An error for each document that is not this event's, and each line that cannot be superseded."""
    errors: list[LineError] = []
    found = await EventDocument.filter(event_id=event.id).values_list("id", flat=True)
    documents = {str(each) for each in found}
    current = {str(line["id"]): line for line in current_lines(stored)}
    taken: set[str] = set()
    for draft in drafts:
        if draft.document_id is not None and draft.document_id not in documents:
            errors.append(LineError(draft.row, "document_id", "document"))
        if draft.supersedes is None:
            continue
        line = current.get(draft.supersedes)
        if line is None or draft.supersedes in taken:
            errors.append(LineError(draft.row, "supersedes", "superseded"))
        elif (line["phase"], line["source"]) != (draft.phase, draft.source):
            errors.append(LineError(draft.row, "supersedes", "superseded_other"))
        taken.add(draft.supersedes)
    return errors


def _columns(boundary: BoundarySet, drafts: Sequence[Draft], computed: Sequence[Computed]) -> list[list[Any]]:
    """In the order of the statement's parameters from the phase on."""
    return [
        [draft.phase for draft in drafts],
        [boundary.sources[draft.source].group for draft in drafts],
        [draft.source for draft in drafts],
        [draft.meter for draft in drafts],
        [draft.quantity for draft in drafts],
        [draft.unit for draft in drafts],
        [draft.starts_on for draft in drafts],
        [draft.ends_on for draft in drafts],
        [each.factor_id for each in computed],
        [each.factor_value for each in computed],
        [each.factor_unit for each in computed],
        [each.factor_source for each in computed],
        [each.unit_g for each in computed],
        [each.emission_g for each in computed],
        [draft.quality for draft in drafts],
        [None if draft.document_id is None else UUID(draft.document_id) for draft in drafts],
        [draft.note for draft in drafts],
        [None if draft.supersedes is None else UUID(draft.supersedes) for draft in drafts],
    ]


async def list_lines(
    database: Database, staff: Principal, slug: str, limit: int, cursor: UUID | None
) -> Page[m.ActivityLineView]:
    """An event's lines, newest first, superseded ones among them. Raises EventNotFound."""
    event = await overseen_event(staff, slug)
    rows = await read(database, "list_inventory_lines", event.id, cursor, limit + 1)
    return Page.of(rows, limit, _line_view)


def _line_view(row: Mapping[str, Any]) -> m.ActivityLineView:
    return view_of(
        m.ActivityLineView,
        row,
        id=str(row["id"]),
        group=row["grouping"],
        quantity=_plain(row["quantity"]),
        factor_value=_plain(row["factor_value"]),
        period_from=row["starts_on"],
        period_until=row["ends_on"],
        at=row["created_at"],
        **{
            name: None if row[name] is None else str(row[name])
            for name in ("document_id", "supersedes", "superseded_by", "import_id")
        },
    )


def _plain(value: Decimal) -> Decimal:
    """Without the zeros that the column's scale adds."""
    return Decimal(f"{value.normalize():f}")


async def fill_template(caller: Principal | None, catalogue: Catalogue, slug: str) -> str:
    """The template of a file, with an example of this event. Raises EventNotFound."""
    event = await visible_event(slug, caller)
    grid = find_city(catalogue.cities, event.city).grid_role
    factor_id = catalogue.factor_sets[event.factor_set].roles[grid]
    return template(factor_id, day_of(event.starts_at), day_of(event.ends_at))


async def list_sources(staff: Principal, catalogue: Catalogue, slug: str) -> list[m.ActivitySourceView]:
    """What may be recorded about an event, with the units and the usual factors of its set. Raises EventNotFound."""
    event = await overseen_event(staff, slug)
    roles = catalogue.factor_sets[event.factor_set].roles
    grid = find_city(catalogue.cities, event.city).grid_role

    def usual(rule: SourceRule) -> list[m.SuggestedFactor]:
        ids = dict.fromkeys(roles[grid if role == "grid" else role] for role in rule.roles)
        factors = [catalogue.factors[each] for each in ids]
        return [view_of(m.SuggestedFactor, each, name=bilingual(each.name)) for each in factors]

    return [
        m.ActivitySourceView(
            source=source,
            name=Bilingual(*both_names("inventory.source", source)),
            group=rule.group,
            group_name=Bilingual(*both_names("inventory.group", rule.group)),
            units=list(rule.units),
            factors=usual(rule),
        )
        for source, rule in boundary_of(event).sources.items()
    ]


async def add_measure(
    database: Database, staff: Principal, slug: str, request: m.MeasureRequest
) -> m.MeasureView:
    """Store a reduction measure. Raises EventNotFound, EventClosed, InventoryFixed, InventoryRowsBroken."""
    async with database.transaction():
        event = await _open_event(staff, slug)
        errors = []
        groups = boundary_of(event).groups
        if request.group not in groups:
            errors.append(LineError(1, "group", "one_of", {"known": ", ".join(groups)}))
        if request.reduction_g > request.baseline_g:
            errors.append(LineError(1, "reduction_g", "reduction_large"))
        if request.document_id is not None and not await _has_document(event, request.document_id):
            errors.append(LineError(1, "document_id", "document"))
        if errors:
            raise InventoryRowsBroken.of(errors)
        measure = await InventoryMeasure.create(
            event_id=event.id,
            grouping=request.group,
            measure=request.measure,
            baseline=request.baseline,
            baseline_g=request.baseline_g,
            reduction_g=request.reduction_g,
            document_id=request.document_id,
            created_by=staff.id,
        )
        await record(staff, "inventory.measure", slug, after={"measure": request.measure})
    return measure_view(measure.__dict__)


async def _has_document(event: Event, document_id: str) -> bool:
    found = await EventDocument.filter(event_id=event.id).values_list("id", flat=True)
    return document_id in {str(each) for each in found}


def measure_view(row: Mapping[str, Any]) -> m.MeasureView:
    return view_of(
        m.MeasureView,
        row,
        id=str(row["id"]),
        group=row["grouping"],
        document_id=None if row["document_id"] is None else str(row["document_id"]),
        at=row["created_at"],
    )
