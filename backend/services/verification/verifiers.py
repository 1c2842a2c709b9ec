"""Which verifier an event has: attached by its host, ended with a reason; and what anybody sees of it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.domain.days import day_of
from backend.errors import EventClosed
from backend.errors.inventory import InventoryFixed
from backend.errors.verification import VerifierAttached, VerifierNotAttached
from backend.messages import verification as m
from backend.messages.shape import view_of
from backend.models import Event, EventVerifier, Organisation, OrganisationLicence, VerifierOpinion
from backend.services.events.events import lock_event, visible_event
from backend.services.identity.staff_accounts import record
from backend.services.organisations.organisations import (
    find_organisation,
    lock_organisation,
    organisation_brief,
    public_organisation,
)
from backend.services.verification.basis import newest_opinion
from backend.services.verification.independence import (
    check_independent,
    check_licensed,
    is_in_good_standing,
    licence_on,
)
from backend.storage.database import Database


async def attach(database: Database, staff: Principal, slug: str, code: str) -> m.EventVerifierView:
    """Have an organisation verify an event's account from now on.

    Raises EventNotFound, OrganisationNotFound, EventClosed, InventoryFixed, VerifierNotLicensed,
    VerifierNotIndependent, VerifierAttached while the event has one.
    """
    await public_organisation(code)
    now = datetime.now(UTC)
    try:
        async with database.transaction():
            event = await lock_event(staff, slug)
            _check_takes(event)
            found = await lock_organisation(code)
            await check_licensed(database, found, day_of(now), is_attached=False)
            await check_independent(event, found)
            row = await EventVerifier.create(
                event_id=event.id, organisation_id=found.id, attached_by=staff.id, attached_at=now
            )
            await record(staff, "verifier.attach", slug, after={"organisation": found.code})
    except IntegrityError as error:
        raise VerifierAttached from error
    return (await verifier_views(database, event, [row]))[0]


def _check_takes(event: Event) -> None:
    if event.state == "closed":
        raise EventClosed
    if event.state == "evaluated":
        raise InventoryFixed


async def detach(database: Database, staff: Principal, slug: str, code: str, reason: str) -> None:
    """End a verifier's work at an event; what it found, asked and signed stays.

    Raises EventNotFound, OrganisationNotFound, EventClosed, InventoryFixed, VerifierNotAttached.
    """
    async with database.transaction():
        event = await lock_event(staff, slug)
        _check_takes(event)
        found = await find_organisation(code)
        open_ = EventVerifier.filter(event_id=event.id, organisation_id=found.id, ended_at=None)
        if not await open_.update(ended_at=datetime.now(UTC), ended_by=staff.id, ended_why=reason):
            raise VerifierNotAttached
        await record(staff, "verifier.detach", slug, reason=reason, before={"organisation": found.code})


async def list_verifiers(
    database: Database, slug: str, caller: Principal | None
) -> list[m.EventVerifierView]:
    """An event's verifiers, the newest first, with their newest opinions. Raises EventNotFound."""
    event = await visible_event(slug, caller)
    rows = await EventVerifier.filter(event_id=event.id).order_by("-id").limit(100)
    return await verifier_views(database, event, rows)


async def verifier_views(
    database: Database, event: Event, rows: Sequence[EventVerifier], digest: bytes | None = None
) -> list[m.EventVerifierView]:
    """Verifiers of an event; with the account's digest also whether an opinion is about the account as it is."""
    organisations = {
        each.id: each for each in await Organisation.filter(id__in=[row.organisation_id for row in rows])
    }
    today = day_of(datetime.now(UTC))
    views = []
    for row in rows:
        organisation = organisations[row.organisation_id]
        opinion = await newest_opinion(event.id, row.id)
        is_licensed = await is_in_good_standing(database, organisation)
        is_licensed = is_licensed and await licence_on(organisation.id, today) is not None
        views.append(
            view_of(
                m.EventVerifierView,
                row,
                id=str(row.id),
                organisation=organisation_brief(organisation),
                is_licensed=is_licensed,
                opinion=None if opinion is None else await opinion_view(event, opinion, digest),
            )
        )
    return views


async def opinion_view(event: Event, row: VerifierOpinion, digest: bytes | None) -> m.OpinionView:
    """A signed opinion; its statement is read from the bytes that were signed."""
    licence = await OrganisationLicence.get(id=row.licence_id)
    body = bytes(row.body)
    statement = json.loads(body)["statement"]
    return view_of(
        m.OpinionView,
        row,
        id=str(row.id),
        statement=m.OpinionStatement(zh=statement["zh-CN"], en=statement["en"]),
        threshold_pct=row.threshold_pct.normalize(),
        account_sha256=bytes(row.account_sha256).hex(),
        is_current=None if digest is None else bytes(row.account_sha256) == digest,
        licence=licence.number,
        report_url=f"/v1/events/{event.slug}/documents/{row.document_id}",
        sha256=sha256(body).hexdigest(),
        signature=b64encode(bytes(row.signature)).decode("ascii"),
    )
