"""Pages of organisations: the public register, registration, a member's own one, the operators' review, invitations."""

from __future__ import annotations

from typing import Final, get_args

from backend.messages.organisations.organisations import OrganisationKind
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, shell
from backend.routes.http.reply import Reply
from backend.services.organisations.organisations import PUBLIC_STATES

KINDS: Final = get_args(OrganisationKind)


async def organisations_page(call: Call) -> Reply:
    """The public register of organisations."""
    return shell(call, "site/organisations.html", lambda _: {"kinds": KINDS, "states": PUBLIC_STATES})


async def organisation_page(call: Call) -> Reply:
    """One organisation; the module finds its code in the address."""
    return shell(call, "site/organisation.html")


async def own_organisation_page(call: Call) -> Reply:
    """A member's own organisation: members, invitations, licences, edits."""
    return shell(call, "staff/organisation.html")


async def organisation_review_page(call: Call) -> Reply:
    """Where operators review organisations."""
    return shell(call, "staff/organisations.html", lambda _: {"kinds": KINDS})


async def invitation_page(call: Call) -> Reply:
    """Where an invitation to an organisation leads; its key stands behind the `#`, where no server sees it."""
    return shell(call, "staff/invitation.html")


async def register_page(call: Call) -> Reply:
    """Where an organisation registers itself."""

    def facts(language: str) -> dict[str, object]:
        names = call.components.catalogue.cities
        other = "zh-CN" if language == "en" else "en"
        cities = {each.name[language]: each.name[other] for each in names.all if not each.is_county_level}
        return {"kinds": KINDS, "cities": cities, "city": ""}

    return shell(call, "site/register.html", facts)


PAGES: tuple[tuple[str, Page], ...] = (
    ("/organisations", organisations_page),
    ("/organisations/{code}", organisation_page),
    ("/register", register_page),
    ("/staff/organisation", own_organisation_page),
    ("/staff/organisations", organisation_review_page),
    ("/staff/invitation", invitation_page),
)
