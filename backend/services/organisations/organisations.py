"""Finds and shows organisations, and says what an account may do at one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from backend.auth import Principal
from backend.domain.days import day_of
from backend.domain.organisations.credit_code import is_provisional, spelled_code
from backend.errors.organisations import OrganisationDutyMissing, OrganisationNotActive, OrganisationNotFound
from backend.messages.organisations.organisations import (
    LicenceView,
    OrganisationBrief,
    OrganisationView,
    SubjectKind,
)
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import EventOrganisation, Organisation, OrganisationLicence, OrganisationMember

THIRD_PARTIES = frozenset({"verifier", "credit_developer"})
PUBLIC_STATES = ("active", "suspended", "closed")
"""Who applied and was not accepted is nobody's business."""


async def find_organisation(code: str) -> Organisation:
    """The organisation with a code, however it was typed. Raises OrganisationNotFound."""
    found = await Organisation.get_or_none(code=spelled_code(code))
    if found is None:
        raise OrganisationNotFound
    return found


async def public_organisation(code: str) -> Organisation:
    """An organisation that anybody may read about. Raises OrganisationNotFound."""
    found = await find_organisation(code)
    if found.state not in PUBLIC_STATES:
        raise OrganisationNotFound
    return found


async def lock_organisation(code: str) -> Organisation:
    """An organisation's row, locked until the transaction ends. Raises OrganisationNotFound."""
    found = await find_organisation(code)
    return await Organisation.filter(id=found.id).select_for_update().get()


def check_active(organisation: Organisation) -> None:
    """Raises OrganisationNotActive: only an accepted organisation begins something new."""
    if organisation.state != "active":
        raise OrganisationNotActive(state=organisation.state)


async def check_organisation_duty(
    staff: Principal, organisation: Organisation, duties: Collection[str]
) -> None:
    """Let members with one of these duties act for an organisation; operators may always.

    Raises OrganisationNotFound for who is no member of it, OrganisationDutyMissing.
    """
    if staff.role == "operator":
        return
    held = await OrganisationMember.filter(
        organisation_id=organisation.id, staff_id=staff.id, removed_at=None
    ).values_list("duty", flat=True)
    if not held:
        raise OrganisationNotFound
    if not set(held) & set(duties):
        raise OrganisationDutyMissing(duties=", ".join(duties))


async def organisations_of(staff_id: UUID) -> list[UUID]:
    """Ids of the organisations that an account is a member of."""
    rows = OrganisationMember.filter(staff_id=staff_id, removed_at=None)
    return [row.organisation_id for row in await rows]


async def organisations_of_event(event_id: UUID) -> list[Organisation]:
    """The organisations that run an event, the host first."""
    rows = await EventOrganisation.filter(event_id=event_id, removed_at=None).order_by("-part", "added_at")
    found = {
        each.id: each for each in await Organisation.filter(id__in=[row.organisation_id for row in rows])
    }
    return [found[row.organisation_id] for row in rows]


def is_valid_on(licence: OrganisationLicence, day: date) -> bool:
    """Whether a licence counts on a day: confirmed, within its term, not revoked by then."""
    if licence.confirmed_at is None:
        return False
    if licence.revoked_at is not None and day_of(licence.revoked_at) <= day:
        return False
    return licence.valid_from <= day and (licence.valid_to is None or day <= licence.valid_to)


def subject_kind(kinds: Iterable[str]) -> SubjectKind:
    """Which of the three kinds of subject of Sichuan's plan an organisation is."""
    found = set(kinds)
    if found & THIRD_PARTIES:
        return "third_party"
    return "platform" if "platform" in found else "implementer"


def organisation_brief(organisation: Organisation) -> OrganisationBrief:
    """An organisation where something else is the subject."""
    return view_of(
        OrganisationBrief, organisation, name=Bilingual(organisation.name_zh, organisation.name_en)
    )


async def organisation_view(organisation: Organisation) -> OrganisationView:
    """An organisation as anybody may see it, with its licences."""
    return (await organisation_views([organisation]))[0]


async def organisation_views(organisations: Sequence[Organisation]) -> list[OrganisationView]:
    """Organisations as anybody may see them, with their licences."""
    today = day_of(datetime.now(UTC))
    licences: dict[UUID, list[OrganisationLicence]] = {each.id: [] for each in organisations}
    if organisations:
        for licence in await OrganisationLicence.filter(organisation_id__in=list(licences)).order_by("id"):
            licences[licence.organisation_id].append(licence)
    return [
        view_of(
            OrganisationView,
            each,
            is_provisional=is_provisional(each.code),
            name=Bilingual(each.name_zh, each.name_en),
            kinds=sorted(each.kinds),
            subject=subject_kind(each.kinds),
            licences=[licence_view(licence, today) for licence in licences[each.id]],
        )
        for each in organisations
    ]


def searched(rows: QuerySet[Organisation], query: str | None) -> QuerySet[Organisation]:
    """Those whose code, or a part of whose name, somebody typed; all of them without a query."""
    words = " ".join((query or "").split())
    if not words:
        return rows
    return rows.filter(
        Q(code=spelled_code(words)) | Q(name_zh__icontains=words) | Q(name_en__icontains=words)
    )


async def list_organisations(
    query: str | None, kind: str | None, state: str | None, limit: int, cursor: UUID | None
) -> Page[OrganisationView]:
    """The public register, newest first: who is active, suspended or closed, by name, code, kind and state."""
    rows = searched(Organisation.filter(state__in=[state] if state else PUBLIC_STATES), query)
    if kind:
        rows = rows.filter(kinds__contains=[kind])
    if cursor is not None:
        rows = rows.filter(id__lt=cursor)
    return Page.of(
        await organisation_views(found := await rows.order_by("-id").limit(limit + 1)),
        limit,
        cursor=lambda view: next(each.id for each in found if each.code == view.code),
    )


async def show_organisation(code: str) -> OrganisationView:
    """An organisation of the public register. Raises OrganisationNotFound."""
    return await organisation_view(await public_organisation(code))


def licence_view(licence: OrganisationLicence, today: date) -> LicenceView:
    """A licence with whether it counts today."""
    return view_of(
        LicenceView,
        licence,
        id=str(licence.id),
        is_confirmed=licence.confirmed_at is not None,
        is_valid=is_valid_on(licence, today),
    )
