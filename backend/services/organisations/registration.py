"""Organisations register themselves, with or without an account, and find the outcome by a receipt.

Nothing personal is asked for but the user name that the first owner wishes. Whether a name is free is not said before
the acceptance, so that nobody finds out here who works for the platform.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal, hash_of_token
from backend.catalogue import Catalogue
from backend.domain.folding import folded_words
from backend.domain.organisations.credit_code import is_valid, spelled_code
from backend.errors import InvalidBody
from backend.errors.fields import field_error
from backend.errors.organisations import (
    OrganisationCodeInvalid,
    OrganisationLimit,
    OrganisationReceiptUnknown,
    OrganisationTaken,
    TooManyRegistrations,
)
from backend.messages.organisations.organisations import (
    RegistrationOutcome,
    RegistrationReceipt,
    RegistrationRequest,
)
from backend.messages.shape import Bilingual, columns_of, view_of
from backend.models import Organisation, OrganisationMember, Staff
from backend.models.keys import uuid7
from backend.services.identity import challenges
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database, constraint_of
from backend.storage.redis import Redis
from backend.storage.redis_failures import FailureCounts

RECEIPT_BYTES = 24
WINDOW_S = 3600
REGISTRATIONS_PER_HOUR_MAX = 300
REGISTRATIONS_OF_SOURCE_MAX = 10
"""Of one hour: who registers a chamber's members does it in an afternoon, and no script fills the queue."""
APPLICATIONS_OF_ACCOUNT_MAX = 10
OWNERS = ("organiser", "verifier")
"""Roles of accounts that act for organisations."""


class Registrations:
    """Takes registrations, counts them by where they come from, and gives their outcome to who holds the receipt."""

    def __init__(self, database: Database, redis: Redis, catalogue: Catalogue, *, public_base: str) -> None:
        self._database = database
        self._counts = FailureCounts(redis, window_s=WINDOW_S)
        self._catalogue = catalogue
        self._public_base = public_base

    async def register(
        self, request: RegistrationRequest, caller: Principal | None, source: str
    ) -> RegistrationReceipt:
        """Take an application; an organiser or a verifier who is signed in is its owner, others get a receipt.

        Raises OrganisationCodeInvalid, OrganisationTaken, OrganisationLimit, TooManyRegistrations, InvalidBody, and
        what a city's name is refused with.
        """
        owner = caller if caller is not None and caller.role in OWNERS else None
        code = checked_code(request.code)
        if owner is None and request.username is None:
            raise InvalidBody.at("/username", "missing")
        await self._check_share(source if owner is None else str(owner.id))
        city = request.city and self._catalogue.cities.spelled(request.city, of="event")
        columns = columns_of(request, "username", "code", "city", "kinds") | {
            "code": code,
            "city": city,
            "kinds": sorted(set(request.kinds)),
            "state": "applied",
        }
        if owner is not None:
            return await self._register_for(owner, columns)
        if caller is not None:
            # An operator who enters somebody's application reviews it no more.
            columns["created_by"] = caller.id
        receipt = secrets.token_urlsafe(RECEIPT_BYTES)
        wished = {
            "wanted_username": folded_words(request.username or ""),
            "receipt_hash": hash_of_token(receipt),
        }
        async with self._database.transaction():
            await _store(columns | wished)
        return RegistrationReceipt(code=code, state="applied", receipt=receipt)

    async def _register_for(self, owner: Principal, columns: dict[str, Any]) -> RegistrationReceipt:
        async with self._database.transaction():
            # One after another: two requests of one account at a moment do not both find the last place free.
            await Staff.filter(id=owner.id).select_for_update().get()
            if (
                await Organisation.filter(created_by=owner.id, state="applied").count()
                >= APPLICATIONS_OF_ACCOUNT_MAX
            ):
                raise OrganisationLimit(items_max=APPLICATIONS_OF_ACCOUNT_MAX)
            id_ = await _store(columns | {"created_by": owner.id})
            await OrganisationMember.create(
                organisation_id=id_, staff_id=owner.id, duty="owner", added_by=owner.id
            )
            after = {"code": columns["code"], "kinds": columns["kinds"]}
            await record(owner, "organisation.register", str(columns["code"]), after=after)
        return RegistrationReceipt(code=str(columns["code"]), state="applied", receipt=None)

    async def look_up(self, receipt: str, now: datetime) -> RegistrationOutcome:
        """What became of a registration; once accepted, and once only, the link that opens the account.

        Raises OrganisationReceiptUnknown.
        """
        found = await Organisation.get_or_none(receipt_hash=hash_of_token(receipt))
        if found is None:
            raise OrganisationReceiptUnknown
        url, owner = None, None
        async with self._database.transaction():
            found = await Organisation.filter(id=found.id).select_for_update().get()
            if found.first_owner is not None:
                owner = await Staff.get(id=found.first_owner)
                if found.receipt_used_at is None and owner.disabled_at is None:
                    token = await challenges.begin(owner.id, "password", now)
                    url = f"{self._public_base}/staff/password#{token}"
                    await Organisation.filter(id=found.id).update(receipt_used_at=now)
        return view_of(
            RegistrationOutcome,
            found,
            name=Bilingual(found.name_zh, found.name_en),
            username=owner and owner.username,
            url=url,
        )

    async def _check_share(self, source: str) -> None:
        """Raises TooManyRegistrations. Where an application came from is counted for an hour, as a hash."""
        everybody, own = "register", f"register {source}"
        await self._counts.count([everybody, own] if source else [everybody])
        limits = {everybody: REGISTRATIONS_PER_HOUR_MAX + 1}
        if source:
            limits[own] = REGISTRATIONS_OF_SOURCE_MAX + 1
        if wait_s := await self._counts.wait_s(limits):
            raise TooManyRegistrations(retry_after_s=wait_s)


def checked_code(typed: str) -> str:
    """A unified social credit code as it is kept. Raises OrganisationCodeInvalid."""
    code = spelled_code(typed)
    if not is_valid(code):
        raise OrganisationCodeInvalid(errors=(field_error("/code", "credit_code_invalid"),))
    return code


async def _store(columns: dict[str, Any]) -> UUID:
    """Enter an application; one that was rejected is made anew. Raises OrganisationTaken."""
    rejected = (
        await Organisation.filter(code=columns["code"], state="rejected").select_for_update().get_or_none()
    )
    if rejected is not None:
        reset = {"state_why": None, "reviewed_by": None, "reviewed_at": None, "receipt_used_at": None}
        blank = {"created_by": None, "wanted_username": None, "receipt_hash": None}
        await OrganisationMember.filter(organisation_id=rejected.id, removed_at=None).update(
            removed_at=datetime.now(UTC), removed_by=rejected.reviewed_by
        )
        await Organisation.filter(id=rejected.id).update(
            **reset, **(blank | columns), revision=rejected.revision + 1
        )
        return rejected.id
    id_ = uuid7()
    try:
        await Organisation.create(id=id_, **columns)
    except IntegrityError as error:
        if constraint_of(error) == "organisations_code_unique":
            raise OrganisationTaken from error
        raise
    return id_
