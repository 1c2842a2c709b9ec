"""Corrects releases: one operator proposes and says why, another decides; the corrected one is a release of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.disclosure.periods import period_named
from backend.domain.disclosure.release import Correction, Draft, changed_figures, plain
from backend.errors.disclosure import (
    CorrectionDecided,
    CorrectionNotFound,
    CorrectionProposed,
    DisclosureCorrected,
    OwnCorrection,
)
from backend.messages.disclosure.releases import (
    ChangedFigure,
    CorrectionDecision,
    CorrectionRequest,
    CorrectionView,
)
from backend.messages.shape import Page, view_of
from backend.models import DisclosureCorrection
from backend.models.keys import read_id
from backend.services.disclosure.chain import publish
from backend.services.disclosure.event_releases import corrected_event
from backend.services.disclosure.organisation_releases import corrected_organisation
from backend.services.disclosure.period_releases import period_draft
from backend.services.disclosure.releases import Published, find_release
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.persons import is_another_person
from backend.storage.database import Database


async def propose_correction(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    typed: str,
    request: CorrectionRequest,
    now: datetime,
) -> CorrectionView:
    """Propose that a release is wrong, with the figures that its correction would change.

    Raises DisclosureNotFound, DisclosureCorrected, CorrectionProposed.
    """
    found = await find_release(database, typed)
    if found.row["corrected_by"] is not None:
        raise DisclosureCorrected(release=found.row["corrected_by"])
    try:
        async with database.transaction():
            proposal = await DisclosureCorrection.create(
                number=found.row["number"], reason=request.reason, proposed_by=staff.id, proposed_at=now
            )
            await record(
                staff,
                "disclosure.propose",
                proposal.number,
                reason=request.reason,
                after={"proposal": str(proposal.id)},
            )
    except IntegrityError as error:
        raise CorrectionProposed from error
    return await _view(proposal, await _changes(database, catalogue, found, proposal, now))


async def list_corrections(database: Database, limit: int, cursor: UUID | None) -> Page[CorrectionView]:
    """Proposals, newest first."""
    query = DisclosureCorrection.all()
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    views = {row.id: await _view(row, None) for row in rows[:limit]}
    return Page.of(rows, limit, lambda row: views[row.id])


async def show_correction(
    database: Database, catalogue: Catalogue, id_text: str, now: datetime
) -> CorrectionView:
    """A proposal with the figures that it changes, reckoned now. Raises CorrectionNotFound."""
    proposal = await _find(id_text)
    if proposal.decision:
        return await _view(proposal, None)
    found = await find_release(database, proposal.number)
    return await _view(proposal, await _changes(database, catalogue, found, proposal, now))


async def decide_correction(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    id_text: str,
    request: CorrectionDecision,
    now: datetime,
    *,
    is_demo: bool,
) -> CorrectionView:
    """Confirm a proposal, which publishes the corrected release, or reject it; never by who proposed it.

    Raises CorrectionNotFound, CorrectionDecided, OwnCorrection.
    """
    proposal = await _find(id_text)
    await _check_decision(proposal, staff, is_demo=is_demo)
    found = await find_release(database, proposal.number)
    draft = None
    if request.decision == "confirmed":
        # Outside the transaction: a year's sums take longer than a transaction may idle.
        draft = await _corrected(database, catalogue, found, proposal, now)
    async with database.transaction():
        proposal = await DisclosureCorrection.filter(id=proposal.id).select_for_update().get()
        await _check_decision(proposal, staff, is_demo=is_demo)
        if draft is not None:
            proposal.published = await publish(
                database,
                draft,
                now,
                event_id=found.row["event_id"],
                organisation_id=found.row["organisation_id"],
                published_by=staff.id,
            )
        proposal.decision, proposal.decided_by, proposal.decided_at = request.decision, staff.id, now
        await proposal.save(update_fields=["decision", "decided_by", "decided_at", "published"])
        await record(
            staff,
            "disclosure.decide",
            proposal.number,
            reason=proposal.reason,
            after={"decision": request.decision, "published": proposal.published},
        )
    return await _view(proposal, None)


async def _find(id_text: str) -> DisclosureCorrection:
    found_id = read_id(id_text, CorrectionNotFound)
    found = await DisclosureCorrection.filter(id=found_id).get_or_none()
    if found is None:
        raise CorrectionNotFound
    return found


async def _check_decision(proposal: DisclosureCorrection, staff: Principal, *, is_demo: bool) -> None:
    if proposal.decision:
        raise CorrectionDecided
    if not is_demo and not await is_another_person(staff.id, [proposal.proposed_by]):
        raise OwnCorrection


async def _corrected(
    database: Database, catalogue: Catalogue, found: Published, proposal: DisclosureCorrection, now: datetime
) -> Draft:
    row = found.row
    correction = Correction(row["number"], row["sha256"].hex(), proposal.reason)
    if row["kind"] == "event":
        return await corrected_event(database, catalogue, row["event_id"], correction, now)
    if row["kind"] == "organisation":
        return await corrected_organisation(database, row, correction)
    period = period_named(row["subject"])
    assert period is not None
    return await period_draft(database, period, correction)


async def _changes(
    database: Database, catalogue: Catalogue, found: Published, proposal: DisclosureCorrection, now: datetime
) -> list[ChangedFigure]:
    draft = await _corrected(database, catalogue, found, proposal, now)
    changed = changed_figures(found.document["content"], plain(draft.content))
    return [msgspec.convert(each, ChangedFigure) for each in changed]


async def _view(row: DisclosureCorrection, changes: list[ChangedFigure] | None) -> CorrectionView:
    names: dict[Any, str] = await usernames([each for each in (row.proposed_by, row.decided_by) if each])
    return view_of(
        CorrectionView,
        row,
        id=str(row.id),
        proposed_by=names[row.proposed_by],
        decided_by=names[row.decided_by] if row.decided_by else None,
        changes=changes,
    )
