"""Cases that the detectors of the negative list raise: people look at them, and enter or dismiss them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.errors.supervision.lists import ListCaseDecided, ListCaseNotFound
from backend.messages.shape import Page, view_of
from backend.messages.supervision.lists import ListCaseItem
from backend.models import ListCase, Organisation
from backend.models.keys import read_id
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import organisation_brief
from backend.services.organisations.remits import check_organisation_in_remit, organisations_within, remits_of
from backend.services.supervision.lists import check_no_member
from backend.services.supervision.second_person import check_remit
from backend.storage.database import Database


async def list_cases(staff: Principal, limit: int, cursor: UUID | None, *, state: str) -> Page[ListCaseItem]:
    """Cases in a state that lie within the caller's remits, newest first."""
    query = ListCase.filter(organisations_within(await remits_of(staff), "organisation_id"), state=state)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    wanted = {row.organisation_id for row in rows if row.organisation_id is not None}
    known = {each.id: each for each in await Organisation.filter(id__in=wanted)}
    return Page.of(rows, limit, lambda row: _item(row, known))


async def dismiss_case(
    database: Database, staff: Principal, case_id: str, reason: str, *, is_demo: bool
) -> ListCaseItem:
    """Dismiss a case: nothing follows, and the same facts raise it no more.

    Raises ListCaseNotFound, ListCaseDecided, OrganisationNotFound, OrganisationOfOwn; OutsideRemit for a regulator
    with a remit and a case of no organisation.
    """
    async with database.transaction():
        found = ListCase.filter(id=read_id(case_id, ListCaseNotFound)).select_for_update()
        case = await found.get_or_none()
        if case is None:
            raise ListCaseNotFound
        if case.state != "open":
            raise ListCaseDecided
        await _check_may_decide(staff, case, is_demo=is_demo)
        decided: dict[str, Any] = {
            "state": "dismissed",
            "decided_by": staff.id,
            "decided_at": datetime.now(UTC),
            "decision_reason": reason,
        }
        case.update_from_dict(decided)
        await case.save(update_fields=list(decided))
        after = {"rule": case.rule, "state": case.state}
        await record(staff, "list_case.dismiss", str(case.id), reason=reason, after=after)
    known = {each.id: each for each in await Organisation.filter(id=case.organisation_id)}
    return _item(case, known)


async def _check_may_decide(staff: Principal, case: ListCase, *, is_demo: bool) -> None:
    if case.organisation_id is None:
        await check_remit(staff, agency=None, city=None)
        return
    await check_organisation_in_remit(staff, await Organisation.get(id=case.organisation_id))
    await check_no_member(staff, case.organisation_id, is_demo=is_demo)


def _item(row: ListCase, known: dict[UUID, Organisation]) -> ListCaseItem:
    organisation = None if row.organisation_id is None else known[row.organisation_id]
    return view_of(
        ListCaseItem,
        row,
        id=str(row.id),
        organisation=None if organisation is None else organisation_brief(organisation),
        entry=None if row.entry_id is None else str(row.entry_id),
    )
