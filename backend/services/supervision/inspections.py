"""Inspections of events and organisations: opened, findings with evidence, closed with a result; only added to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q, Subquery

from backend.auth import Principal
from backend.domain.days import SHANGHAI
from backend.errors import InvalidBody
from backend.errors.supervision.desk import (
    EvidenceNotFound,
    InspectionChanged,
    InspectionClosed,
    InspectionNotFound,
    SampleNotFound,
)
from backend.messages.shape import Bilingual, Page, view_of
from backend.messages.supervision.inspections import (
    FindingRequest,
    InspectionClosingRequest,
    InspectionEntryView,
    InspectionRequest,
    InspectionView,
)
from backend.models import (
    Event,
    EventDocument,
    EventOrganisation,
    Inspection,
    InspectionEntry,
    Organisation,
    OrganisationMember,
)
from backend.models.keys import read_id, uuid7
from backend.services.events.events import find_event
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.organisations import find_organisation
from backend.services.organisations.remits import (
    check_in_remit,
    check_organisation_in_remit,
    events_within,
    organisations_within,
    remits_of,
)
from backend.services.supervision.sampling import show_sample
from backend.storage.database import Database, constraint_of

EXPORT_ROWS_MAX = 5000
OF_ONE_MOMENT = ("inspection_entries_pkey", "inspection_entries_one_closing")


async def open_inspection(database: Database, staff: Principal, request: InspectionRequest) -> InspectionView:
    """Open an inspection of an event or of an organisation. Raises EventNotFound, OrganisationNotFound, InvalidBody."""
    if (request.event is None) == (request.organisation is None):
        raise InvalidBody.at("/event", "missing")
    event = organisation = None
    if request.event is not None:
        event = await find_event(request.event)
        await check_in_remit(staff, event)
    else:
        organisation = await find_organisation(request.organisation or "")
        await check_organisation_in_remit(staff, organisation)
    inspection_id = uuid7()
    async with database.transaction():
        await Inspection.create(
            id=inspection_id,
            event_id=None if event is None else event.id,
            organisation_id=None if organisation is None else organisation.id,
            purpose=request.purpose,
            opened_by=staff.id,
        )
        await record(
            staff,
            "inspection.open",
            str(inspection_id),
            reason=request.purpose,
            after={"event": request.event, "organisation": request.organisation},
        )
    return await _view(await Inspection.get(id=inspection_id))


async def add_finding(
    database: Database, staff: Principal, id_text: str, request: FindingRequest
) -> InspectionView:
    """Add what was found, with a document of the event or a sample as its evidence.

    Raises InspectionNotFound, InspectionClosed, InspectionChanged, EvidenceNotFound.
    """
    inspection = await _inspection(staff, id_text)
    document_id, sample_id = await _evidence(staff, inspection, request)
    return await _append(
        database,
        staff,
        inspection,
        "inspection.find",
        kind="finding",
        text=request.text,
        severity=request.severity,
        document_id=document_id,
        sample_id=sample_id,
    )


async def close_inspection(
    database: Database, staff: Principal, id_text: str, request: InspectionClosingRequest
) -> InspectionView:
    """Close an inspection with its result. Raises InspectionNotFound, InspectionClosed, InspectionChanged."""
    inspection = await _inspection(staff, id_text)
    return await _append(
        database,
        staff,
        inspection,
        "inspection.close",
        kind="closing",
        text=request.text,
        result=request.result,
    )


async def _append(
    database: Database, staff: Principal, inspection: Inspection, action: str, **columns: Any
) -> InspectionView:
    try:
        async with database.transaction():
            entries = await _entries([inspection.id])
            if any(entry.kind == "closing" for entry in entries):
                raise InspectionClosed
            await InspectionEntry.create(
                inspection_id=inspection.id, sequence=len(entries) + 1, staff_id=staff.id, **columns
            )
            await record(
                staff,
                action,
                str(inspection.id),
                reason=columns["text"],
                after={name: columns.get(name) for name in ("severity", "result")},
            )
    except IntegrityError as error:
        if constraint_of(error) in OF_ONE_MOMENT:
            raise InspectionChanged from error
        raise
    return await _view(inspection)


async def _evidence(
    staff: Principal, inspection: Inspection, request: FindingRequest
) -> tuple[UUID | None, UUID | None]:
    document_id = sample_id = None
    if request.document is not None:
        document_id = read_id(request.document, EvidenceNotFound)
        if not await EventDocument.exists(id=document_id, event_id=inspection.event_id):
            raise EvidenceNotFound
    if request.sample is not None:
        try:
            sample_id = UUID((await show_sample(staff, request.sample)).id)
        except SampleNotFound:
            raise EvidenceNotFound from None
    return document_id, sample_id


async def list_inspections(staff: Principal, limit: int, cursor: UUID | None) -> Page[InspectionView]:
    """Inspections that the caller may see, the newest first: all within a regulator's remits; for others, closed ones
    of their own organisations and of the events that these run.
    """
    query = Inspection.filter(await _visible_to(staff))
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    return Page.of(await _views(rows), limit, cursor=lambda view: UUID(view.id))


async def show_inspection(staff: Principal, id_text: str) -> InspectionView:
    """An inspection with its entries. Raises InspectionNotFound."""
    return await _view(await _inspection(staff, id_text))


async def export_inspections(staff: Principal) -> list[InspectionView]:
    """Inspections within the caller's remits, the newest first, at most `EXPORT_ROWS_MAX`."""
    rows = await Inspection.filter(await _visible_to(staff)).order_by("-id").limit(EXPORT_ROWS_MAX)
    return await _views(rows)


async def _visible_to(staff: Principal) -> Q:
    if staff.role in ("regulator", "operator"):
        remits = await remits_of(staff)
        if remits.is_province:
            return Q()
        events = Event.filter(events_within(remits)).values("id")
        return Q(event_id__in=Subquery(events)) | organisations_within(remits, "organisation_id")
    memberships = OrganisationMember.filter(staff_id=staff.id, removed_at=None)
    organisations = await memberships.distinct().values_list("organisation_id", flat=True)
    held = EventOrganisation.filter(organisation_id__in=list(organisations), removed_at=None)
    run = await held.values_list("event_id", flat=True)
    filed = await Event.filter(created_by=staff.id).values_list("id", flat=True)
    closed = await InspectionEntry.filter(kind="closing").values_list("inspection_id", flat=True)
    own = Q(event_id__in=[*run, *filed]) | Q(organisation_id__in=list(organisations))
    return own & Q(id__in=list(closed))


async def _inspection(staff: Principal, id_text: str) -> Inspection:
    visible = await _visible_to(staff)
    found = await Inspection.filter(visible, id=read_id(id_text, InspectionNotFound)).first()
    if found is None:
        raise InspectionNotFound
    return found


async def _entries(inspections: Sequence[UUID]) -> list[InspectionEntry]:
    return list(
        await InspectionEntry.filter(inspection_id__in=inspections).order_by("inspection_id", "sequence")
    )


async def _view(inspection: Inspection) -> InspectionView:
    return (await _views([inspection]))[0]


async def _views(rows: Sequence[Inspection]) -> list[InspectionView]:
    entries = await _entries([row.id for row in rows])
    events = {
        each.id: each for each in await Event.filter(id__in=[row.event_id for row in rows if row.event_id])
    }
    organisations = {
        each.id: each
        for each in await Organisation.filter(
            id__in=[row.organisation_id for row in rows if row.organisation_id]
        )
    }
    names = await usernames([*(row.opened_by for row in rows), *(entry.staff_id for entry in entries)])
    found = []
    for row in rows:
        own = [entry for entry in entries if entry.inspection_id == row.id]
        event = None if row.event_id is None else events[row.event_id]
        organisation = None if row.organisation_id is None else organisations[row.organisation_id]
        subject = event or organisation
        assert subject is not None
        closing = next((entry for entry in own if entry.kind == "closing"), None)
        found.append(
            InspectionView(
                id=str(row.id),
                number=f"I-{row.opened_at.astimezone(SHANGHAI).year}-{row.serial:06}",
                event=None if event is None else event.slug,
                organisation=None if organisation is None else organisation.code,
                subject_name=Bilingual(subject.name_zh, subject.name_en),
                purpose=row.purpose,
                opened_by=names[row.opened_by],
                opened_at=row.opened_at.astimezone(UTC),
                result=None if closing is None else closing.result,  # type: ignore[arg-type]
                closed_at=None if closing is None else closing.at.astimezone(UTC),
                entries=[_entry_view(entry, names) for entry in own],
            )
        )
    return found


def _entry_view(entry: InspectionEntry, names: dict[UUID, str]) -> InspectionEntryView:
    return view_of(
        InspectionEntryView,
        entry,
        document=None if entry.document_id is None else str(entry.document_id),
        sample=None if entry.sample_id is None else str(entry.sample_id),
        by=names[entry.staff_id],
    )
