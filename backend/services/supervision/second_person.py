"""Two persons for what weighs: who proposed never confirms; and what a regulator with a remit may decide."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from backend.auth import Principal
from backend.errors.supervision.freezes import OutsideRemit, SamePerson
from backend.services.organisations.persons import is_another_person
from backend.services.organisations.remits import remits_of


async def check_another_person(staff: Principal, earlier: Iterable[UUID], *, is_demo: bool) -> None:
    """Raises SamePerson for somebody who took one of the steps before; in demo mode one person takes them all."""
    if not is_demo and not await is_another_person(staff.id, earlier):
        raise SamePerson


async def check_remit(staff: Principal, *, agency: str | None, city: str | None) -> None:
    """Raises OutsideRemit for a regulator who watches other agencies' or cities' events."""
    if not (await remits_of(staff)).covers(agency, city):
        raise OutsideRemit


async def check_publisher(staff: Principal, agency: str) -> None:
    """Raises OutsideRemit for a regulator who watches for other agencies than the one that is to publish an entry."""
    agencies = (await remits_of(staff)).agencies
    if agencies and None not in agencies and agency not in agencies:
        raise OutsideRemit


async def check_province(staff: Principal) -> None:
    """Raises OutsideRemit for a regulator with a remit: what holds in the whole province, the province decides."""
    if staff.role != "regulator" or not (await remits_of(staff)).is_province:
        raise OutsideRemit
