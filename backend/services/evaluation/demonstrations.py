"""Demonstrations: organisers nominate events, regulators of the province select among them, two persons each time.

The label is `is_demonstration` of the event. It is given here alone, with the event's row locked as a step locks it: a
demonstration that closes at the same moment is asked for its four documents, or is none yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from backend.auth import Principal
from backend.domain.catalogue.city_names import Cities
from backend.domain.events.lifecycle import DEMONSTRATION_DOCUMENTS, NOMINATED_RANKS, UNPUBLISHED
from backend.errors.evaluation import (
    DemonstrationNotNominated,
    DemonstrationProposalDecided,
    DemonstrationProposalNotFound,
    DemonstrationProposed,
    DemonstrationRankUnfit,
    DemonstrationStands,
    DemonstrationStateUnfit,
)
from backend.messages.evaluation.demonstrations import (
    DemonstrationCandidate,
    DemonstrationDecision,
    DemonstrationDocument,
    DemonstrationOutcome,
    DemonstrationProposalRequest,
    DemonstrationProposalView,
    DemonstrationView,
)
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import DemonstrationProposal, Event, EventDocument, EventOrganisation, Organisation
from backend.models.keys import read_id
from backend.services.events.events import check_not_frozen, find_event, lock_row, overseen_event
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.organisations import (
    PUBLIC_STATES,
    organisation_brief,
    organisations_of_event,
)
from backend.services.organisations.persons import is_another_person
from backend.services.organisations.remits import events_within, remits_of
from backend.services.supervision.lists import check_no_member
from backend.services.supervision.second_person import check_another_person, check_province
from backend.storage.database import Database


async def list_demonstrations(
    cities: Cities, region: str | None, limit: int, cursor: UUID | None
) -> Page[DemonstrationView]:
    """Selected events that anybody may read about, newest first. Raises CITY_REFUSALS for an unknown region."""
    query = Event.filter(is_demonstration=True).exclude(state__in=UNPUBLISHED)
    if region:
        # An event is filed under either name of its city.
        query = query.filter(city__in=list(set(cities.choose(region, of="event").name.values())))
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    ids = [event.id for event in rows]
    documents, running = await _documents_of(ids), await _organisations_of(ids)
    selected = {
        each.event_id: each.decided_at
        for each in await DemonstrationProposal.filter(
            event_id__in=ids, kind="selection", decision="confirmed"
        ).order_by("id")
    }
    return Page.of(
        rows,
        limit,
        lambda event: view_of(
            DemonstrationView,
            event,
            event=event.slug,
            name=Bilingual(event.name_zh, event.name_en),
            region=event.city,
            starts_at=event.starts_at.astimezone(UTC),
            ends_at=event.ends_at.astimezone(UTC),
            selected_at=selected.get(event.id),
            organisations=[organisation_brief(each) for each in running[event.id]],
            documents=_documents(event, documents[event.id]),
            outcome=_outcome(event.evaluation),
            report=f"/events/{event.slug}/report" if event.state == "closed" else None,
        ),
        cursor=lambda event: event.id,
    )


async def _documents_of(ids: Sequence[UUID]) -> dict[UUID, dict[str, UUID]]:
    """The newest document of each kind, by event."""
    found: defaultdict[UUID, dict[str, UUID]] = defaultdict(dict)
    query = EventDocument.filter(event_id__in=list(ids), kind__in=DEMONSTRATION_DOCUMENTS)
    for event_id, kind, id_ in await query.order_by("id").values_list("event_id", "kind", "id"):
        found[event_id][kind] = id_
    return found


def _documents(event: Event, filed: dict[str, UUID]) -> list[DemonstrationDocument]:
    is_public = event.state == "closed"
    return [
        DemonstrationDocument(
            kind=kind,  # type: ignore[arg-type]
            is_filed=kind in filed,
            url=f"/v1/events/{event.slug}/documents/{filed[kind]}" if is_public and kind in filed else None,
        )
        for kind in DEMONSTRATION_DOCUMENTS
    ]


async def _organisations_of(ids: Sequence[UUID]) -> dict[UUID, list[Organisation]]:
    rows = await EventOrganisation.filter(event_id__in=list(ids), removed_at=None).order_by("id")
    known = {
        each.id: each
        for each in await Organisation.filter(
            id__in={row.organisation_id for row in rows}, state__in=PUBLIC_STATES
        )
    }
    found: defaultdict[UUID, list[Organisation]] = defaultdict(list)
    for row in rows:
        if row.organisation_id in known:
            found[row.event_id].append(known[row.organisation_id])
    return found


def _outcome(evaluation: dict[str, Any] | None) -> DemonstrationOutcome | None:
    return None if evaluation is None else view_of(DemonstrationOutcome, evaluation)


async def list_candidates(
    staff: Principal, limit: int, cursor: UUID | None, *, is_demo: bool
) -> Page[DemonstrationCandidate]:
    """Accepted events that are nominated or selected, within what the caller watches, newest first."""
    query = Event.filter(
        Q(is_nominated=True) | Q(is_demonstration=True), events_within(await remits_of(staff))
    )
    query = query.exclude(state__in=UNPUBLISHED)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    views = await _candidates(staff, rows, is_demo=is_demo)
    return Page.of(rows, limit, lambda event: views[event.id], cursor=lambda event: event.id)


async def show_candidate(staff: Principal, slug: str, *, is_demo: bool) -> DemonstrationCandidate:
    """An event's nomination and what was decided about it, for its own people and who oversees it.

    Raises EventNotFound.
    """
    event = await overseen_event(staff, slug)
    return (await _candidates(staff, [event], is_demo=is_demo))[event.id]


async def _candidates(
    staff: Principal, events: Sequence[Event], *, is_demo: bool
) -> dict[UUID, DemonstrationCandidate]:
    ids = [event.id for event in events]
    documents = await _documents_of(ids)
    proposals: defaultdict[UUID, list[DemonstrationProposal]] = defaultdict(list)
    found = await DemonstrationProposal.filter(event_id__in=ids).order_by("-id")
    for each in found:
        proposals[each.event_id].append(each)
    names = await usernames(by for each in found for by in (each.proposed_by, each.decided_by) if by)
    is_province = staff.role == "regulator" and (await remits_of(staff)).is_province
    mine = {
        each.id: is_province and (is_demo or await is_another_person(staff.id, [each.proposed_by]))
        for each in found
        if each.decision is None
    }
    return {
        event.id: view_of(
            DemonstrationCandidate,
            event,
            event=event.slug,
            name=Bilingual(event.name_zh, event.name_en),
            region=event.city,
            documents=_documents(event, documents[event.id]),
            proposals=[
                view_of(
                    DemonstrationProposalView,
                    each,
                    id=str(each.id),
                    proposed_by=names[each.proposed_by],
                    decided_by=None if each.decided_by is None else names[each.decided_by],
                    may_decide=mine.get(each.id, False),
                )
                for each in proposals[event.id]
            ],
        )
        for event in events
    }


async def propose(
    database: Database,
    staff: Principal,
    slug: str,
    request: DemonstrationProposalRequest,
    now: datetime,
    *,
    is_demo: bool,
) -> DemonstrationCandidate:
    """Propose that a nominated event is selected, or that the label is taken from a selected one.

    Raises OutsideRemit, EventNotFound, OrganisationOfOwn, DemonstrationProposed, and what `_check` raises.
    """
    await check_province(staff)
    event = await find_event(slug)
    try:
        async with database.transaction():
            event = await lock_row(event)
            _check(event, request.kind)
            await _check_no_member(staff, event, is_demo=is_demo)
            await DemonstrationProposal.create(
                event_id=event.id,
                kind=request.kind,
                reason=request.reason,
                proposed_by=staff.id,
                proposed_at=now,
            )
            after = {"kind": request.kind}
            await record(staff, "demonstration.propose", slug, reason=request.reason, after=after)
    except IntegrityError as error:
        raise DemonstrationProposed from error
    return await show_candidate(staff, slug, is_demo=is_demo)


def _check(event: Event, kind: str) -> None:
    """Raises EventFrozen, DemonstrationStands, DemonstrationNotNominated, DemonstrationRankUnfit,
    DemonstrationStateUnfit.
    """
    if (kind == "selection") == event.is_demonstration:
        raise DemonstrationStands
    if kind == "withdrawal":
        return
    check_not_frozen(event)
    if not event.is_nominated:
        raise DemonstrationNotNominated
    if event.rank not in NOMINATED_RANKS:
        raise DemonstrationRankUnfit
    if event.state in UNPUBLISHED or event.state == "closed":
        raise DemonstrationStateUnfit


async def _check_no_member(staff: Principal, event: Event, *, is_demo: bool) -> None:
    await check_another_person(staff, [event.created_by], is_demo=is_demo)
    for organisation in await organisations_of_event(event.id):
        await check_no_member(staff, organisation.id, is_demo=is_demo)


async def decide(
    database: Database,
    staff: Principal,
    id_text: str,
    request: DemonstrationDecision,
    now: datetime,
    *,
    is_demo: bool,
) -> DemonstrationCandidate:
    """Confirm a proposal, and the event is labelled so at once; or reject it. Never by who proposed it.

    Raises OutsideRemit, DemonstrationProposalNotFound, DemonstrationProposalDecided, SamePerson, OrganisationOfOwn, and
    what `_check` raises where the event has changed meanwhile.
    """
    await check_province(staff)
    proposal_id = read_id(id_text, DemonstrationProposalNotFound)
    async with database.transaction():
        # The event's row first, as everything else that changes an event does.
        waiting = await DemonstrationProposal.get_or_none(id=proposal_id)
        if waiting is None:
            raise DemonstrationProposalNotFound
        event = await lock_row(await Event.get(id=waiting.event_id))
        proposal = await DemonstrationProposal.filter(id=proposal_id).select_for_update().get()
        if proposal.decision:
            raise DemonstrationProposalDecided
        await check_another_person(staff, [proposal.proposed_by], is_demo=is_demo)
        await _check_no_member(staff, event, is_demo=is_demo)
        before = {"is_demonstration": event.is_demonstration}
        if request.decision == "confirmed":
            _check(event, proposal.kind)
            event.is_demonstration = proposal.kind == "selection"
            event.revision += 1
            await event.save(update_fields=["is_demonstration", "revision"])
        proposal.decision, proposal.decision_reason = request.decision, request.reason
        proposal.decided_by, proposal.decided_at = staff.id, now
        await proposal.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])
        await record(
            staff,
            f"demonstration.{request.decision}",
            event.slug,
            reason=request.reason,
            before=before,
            after={"kind": proposal.kind, "is_demonstration": event.is_demonstration},
        )
    return await show_candidate(staff, event.slug, is_demo=is_demo)
