"""Two persons for what weighs: who proposed never confirms, and one person with two accounts is one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from backend.auth import Principal
from backend.errors.supervision.freezes import OutsideRemit, SamePerson
from backend.services.identity.own_citizens import citizens_of
from backend.services.organisations.remits import remits_of


async def is_another_person(staff_id: UUID, earlier: Iterable[UUID]) -> bool:
    """Whether an account is none of these, and its person has told of no citizen whom one of these has told of."""
    mine = await citizens_of(staff_id)
    for other in set(earlier):
        if other == staff_id or mine & await citizens_of(other):
            return False
    return True


async def check_another_person(staff: Principal, earlier: Iterable[UUID], *, is_demo: bool) -> None:
    """Raises SamePerson for somebody who took one of the steps before; in demo mode one person takes them all."""
    if not is_demo and not await is_another_person(staff.id, earlier):
        raise SamePerson


async def check_remit(staff: Principal, *, agency: str | None, city: str | None) -> None:
    """Raises OutsideRemit for a regulator who watches other agencies' or cities' events."""
    if not (await remits_of(staff)).covers(agency, city):
        raise OutsideRemit


async def check_province(staff: Principal) -> None:
    """Raises OutsideRemit for a regulator with a remit: what holds in the whole province, the province decides."""
    if staff.role != "regulator" or not (await remits_of(staff)).is_province:
        raise OutsideRemit
