"""The organisation of a new merchant, partner or company's team: a known one, or one with a provisional code."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from uuid import UUID

from backend.domain.organisations.credit_code import ALPHABET
from backend.models import Organisation
from backend.services.organisations.organisations import check_active, find_organisation
from backend.services.organisations.standing import check_no_namesake, check_not_blacklisted
from backend.storage.database import Database

PROVISIONAL_CHARS = 8


async def organisation_of_new(
    code: str | None, kind: str, zh: str, en: str, *, state: str = "active"
) -> UUID:
    """The id of the organisation with a code; without a code a new one is entered, until somebody tells its own.

    Raises OrganisationNotFound, OrganisationNotActive.
    """
    if code is not None:
        found = await find_organisation(code)
        check_active(found)
        return found.id
    # One of 31⁸ codes: two that meet are a request that is sent again.
    drawn = "N-" + "".join(secrets.choice(ALPHABET) for _ in range(PROVISIONAL_CHARS))
    return (await Organisation.create(code=drawn, kinds=[kind], name_zh=zh, name_en=en, state=state)).id


async def supplier_of_new(database: Database, code: str | None, kind: str, zh: str, en: str) -> UUID:
    """The same for a new merchant or partner, which a listed organisation does not become by another name.

    Call it in the transaction that enters it. Raises OrganisationNotFound, OrganisationNotActive,
    OrganisationBlacklisted, also for the name of a listed organisation whose code is not told.
    """
    if code is None:
        await check_no_namesake(database, zh, en)
    found = await organisation_of_new(code, kind, zh, en)
    await check_not_blacklisted(database, [found])
    return found


async def codes_of(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Codes of organisations by their ids."""
    wanted = {each for each in ids if each is not None}
    return {each.id: each.code for each in await Organisation.filter(id__in=wanted)} if wanted else {}
