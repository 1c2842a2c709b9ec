"""Pages of organisations: the public register, registration, a member's own one, the operators' review, invitations."""

from __future__ import annotations

from typing import Final, get_args

from backend.messages.organisations.organisations import OrganisationKind
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, shell
from backend.routes.http.reply import Reply
from backend.services.organisations.organisations import PUBLIC_STATES

KINDS: Final = get_args(OrganisationKind)


def _cities(call: Call, language: str) -> dict[str, str]:
    """Names of cities in a page's language with those in the other one, by which scripts write and offer them."""
    other = "zh-CN" if language == "en" else "en"
    listed = (each for each in call.components.catalogue.cities.all if not each.is_county_level)
    return {city.name[language]: city.name[other] for city in listed}


async def organisations_page(call: Call) -> Reply:
    """The public register of organisations."""

    def facts(language: str) -> dict[str, object]:
        return {"kinds": KINDS, "states": PUBLIC_STATES, "cities": _cities(call, language)}

    return shell(call, "site/organisations.html", facts)


async def organisation_page(call: Call) -> Reply:
    """One organisation; the module finds its code in the address."""
    return shell(call, "site/organisation.html", lambda language: {"cities": _cities(call, language)})


async def own_organisation_page(call: Call) -> Reply:
    """A member's own organisation: members, invitations, licences, edits."""
    return shell(call, "staff/organisation.html", lambda language: {"cities": _cities(call, language)})


async def organisation_review_page(call: Call) -> Reply:
    """Where operators review organisations."""

    def facts(language: str) -> dict[str, object]:
        return {"kinds": KINDS, "cities": _cities(call, language)}

    return shell(call, "staff/organisations.html", facts)


async def invitation_page(call: Call) -> Reply:
    """Where an invitation to an organisation leads; its key stands behind the `#`, where no server sees it."""
    return shell(call, "staff/invitation.html")


async def register_page(call: Call) -> Reply:
    """Where an organisation registers itself."""

    def facts(language: str) -> dict[str, object]:
        return {"kinds": KINDS, "cities": _cities(call, language), "city": ""}

    return shell(call, "site/register.html", facts)


PAGES: tuple[tuple[str, Page], ...] = (
    ("/organisations", organisations_page),
    ("/organisations/{code}", organisation_page),
    ("/register", register_page),
    ("/staff/organisation", own_organisation_page),
    ("/staff/organisations", organisation_review_page),
    ("/staff/invitation", invitation_page),
)
