"""Citizens donate or cancel reductions, operators aggregate those of consenting citizens, actions are reversed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.auth import Principal
from backend.domain.community.consent_uses import REDUCTIONS_AGGREGATED
from backend.domain.community.policies import Policies
from backend.errors import InvalidBody, Refusal
from backend.errors.actions.reduction_claims import ActionNotFound, PartnerItemNotFound
from backend.ledger.command import IdempotencyKey, Outcome
from backend.ledger.commands.claim import ClaimReductions, DonateReductions
from backend.ledger.commands.reverse import ReverseAction
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.reduction_claims import (
    CITIZENS_PER_REQUEST_MAX,
    AggregationAnswer,
    AggregationRequest,
    CancellationRequest,
    CauseBrief,
    ClaimAnswer,
    ClaimSums,
    DonationRequest,
    DonationView,
    ReversalRequest,
)
from backend.messages.cursors import write_cursor
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import PartnerItem
from backend.models.keys import parse_uuid, read_id, uuid7
from backend.services.actions.causes import find_cause
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import read

COMMANDS_AT_ONCE_MAX = 8
"""Few, so that each command may take many actions and citizens' requests get through between them."""
COMMANDS_PER_CITIZEN_MAX = 20
FIRST_ID = UUID(int=0)


async def donate(
    queue: LedgerQueue,
    citizen_id: UUID,
    request: DonationRequest,
    idempotency: IdempotencyKey | None,
    at: datetime,
) -> Outcome:
    """Give a citizen's reductions to a cause. Raises CauseNotFound and what the queue raises."""
    cause = await find_cause(request.cause)
    command = DonateReductions(
        id=uuid7(),
        citizen_id=citizen_id,
        cause_id=cause.id,
        grams=request.grams,
        idempotency=idempotency,
        at=at,
    )
    return await queue.submit(command)


async def cancel(
    queue: LedgerQueue,
    citizen_id: UUID,
    request: CancellationRequest,
    idempotency: IdempotencyKey | None,
    at: datetime,
) -> Outcome:
    """Cancel reductions for good, as the citizen wishes."""
    command = ClaimReductions(
        id=uuid7(), citizen_id=citizen_id, to="cancelled", grams=request.grams, idempotency=idempotency, at=at
    )
    return await queue.submit(command)


async def list_donations(
    database: Database, citizen_id: UUID, limit: int, cursor: UUID | None
) -> Page[DonationView]:
    """A citizen's donations, newest first."""
    rows = await read(database, "read_my_donations", citizen_id, cursor, limit + 1)
    return Page.of(rows, limit, _donation_view)


def _donation_view(row: Mapping[str, Any]) -> DonationView:
    return view_of(
        DonationView,
        row,
        id=str(row["id"]),
        cause=CauseBrief(slug=row["slug"], name=Bilingual(row["name_zh"], row["name_en"])),
    )


async def claim_sums(database: Database, citizen_id: UUID) -> ClaimSums:
    """A citizen's verified reductions by claim state; the four sum to what was logged."""
    return sums_of(**dict((await read(database, "read_claim_sums", citizen_id))[0]))


def sums_of(logged_g: int, donated_g: int, aggregated_g: int, cancelled_g: int) -> ClaimSums:
    """Logged grams by claim state; what is neither donated, aggregated nor cancelled is personal."""
    return ClaimSums(
        logged_g=logged_g,
        personal_g=logged_g - donated_g - aggregated_g - cancelled_g,
        donated_g=donated_g,
        aggregated_g=aggregated_g,
        cancelled_g=cancelled_g,
    )


async def aggregate(
    database: Database,
    queue: LedgerQueue,
    policies: Policies,
    staff: Principal,
    request: AggregationRequest,
    at: datetime,
) -> AggregationAnswer:
    """Aggregate all personal reductions of the next few hundred citizens who consented.

    The operator's request is recorded before the first command, so that no claim of a broken chunk has an unknown
    source; asking again aggregates what was left. The ledger asks for the consent again, citizen by citizen.
    """
    asked, after = _asked(request)
    run_id = uuid7()
    scope, versions = policies.terms(REDUCTIONS_AGGREGATED, at)
    rows = await read(
        database, "find_consenting", scope, after, asked, CITIZENS_PER_REQUEST_MAX + 1, versions
    )
    citizens = [row["citizen_id"] for row in rows[:CITIZENS_PER_REQUEST_MAX]]
    async with database.transaction():
        await record(
            staff,
            "reductions.aggregate",
            str(run_id),
            reason=request.reason,
            after={"citizens": len(citizens), "first": str(citizens[0]) if citizens else None},
        )
    done = await _claim_all(queue, run_id, citizens, at)
    return AggregationAnswer(
        id=str(run_id),
        citizens=len(done),
        skipped=(len(citizens) if asked is None else len(set(asked))) - len(done),
        actions=sum(answer.actions for answers in done for answer in answers),
        grams=sum(answer.grams for answers in done for answer in answers),
        next_cursor=write_cursor(citizens[-1]) if len(rows) > CITIZENS_PER_REQUEST_MAX else None,
    )


def _asked(request: AggregationRequest) -> tuple[list[UUID] | None, UUID]:
    """The citizens that the request names, and the id after which to go on."""
    if request.citizens is not None and request.cursor is not None:
        raise InvalidBody.at("/cursor", "not_both", other="citizens")
    try:
        asked = None if request.citizens is None else [parse_uuid(text) for text in request.citizens]
        after = FIRST_ID if request.cursor is None else parse_uuid(request.cursor)
    except ValueError:
        raise InvalidBody.at("/citizens" if request.cursor is None else "/cursor", "not_id") from None
    return asked, after


async def _claim_all(
    queue: LedgerQueue, run_id: UUID, citizens: Sequence[UUID], at: datetime
) -> list[list[ClaimAnswer]]:
    """The answers of the ledger, citizen by citizen, of those with anything to claim."""
    slots = asyncio.Semaphore(COMMANDS_AT_ONCE_MAX)

    async def claim(citizen_id: UUID) -> list[ClaimAnswer]:
        done: list[ClaimAnswer] = []
        async with slots:
            for number in range(COMMANDS_PER_CITIZEN_MAX):
                try:
                    outcome = await queue.submit(_aggregation(run_id, number, citizen_id, at))
                except Refusal:  # busy, or the database is away: the rest waits for the next run
                    break
                if outcome.status != 201:
                    break
                done.append(outcome.answer_as(ClaimAnswer))
                if not done[-1].has_more:
                    break
        return done

    found = await asyncio.gather(*(claim(citizen_id) for citizen_id in citizens))
    return [done for done in found if done]


def _aggregation(run_id: UUID, number: int, citizen_id: UUID, at: datetime) -> ClaimReductions:
    """One command; its key makes a run that is repeated after a broken COMMIT get the first answer."""
    key = IdempotencyKey(f"aggregation-{run_id}-{number}", run_id.bytes.ljust(32, b"\0"))
    return ClaimReductions(
        id=run_id, citizen_id=citizen_id, to="aggregated", grams=None, idempotency=key, at=at
    )


async def reverse_action(
    queue: LedgerQueue, staff: Principal, action_id: str, request: ReversalRequest, at: datetime
) -> Outcome:
    """Reverse an action as an operator; the ledger records who did it and why. Raises ActionNotFound."""
    action, citizen = read_id(action_id, ActionNotFound), read_id(request.citizen_id, ActionNotFound)
    command = ReverseAction(
        id=uuid7(),
        citizen_id=citizen,
        action_id=action,
        reason=request.reason,
        actor=f"{staff.role} {staff.id}",
        idempotency=None,
        at=at,
        staff_id=staff.id,
    )
    return await queue.submit(command)


async def reverse_partner_item(
    queue: LedgerQueue, partner_id: UUID, external_id: str, reason: str, at: datetime
) -> Outcome:
    """Reverse an action that a partner reported, named by the partner's own id.

    Raises PartnerItemNotFound when nothing was credited under that id. An item still under review is not
    in the ledger yet, and its reversal is the outcome `action_not_found`.
    """
    item = await PartnerItem.get_or_none(partner_id=partner_id, external_id=external_id)
    if item is None or item.status >= 400:
        raise PartnerItemNotFound
    action_id = parse_uuid(msgspec.json.decode(item.answer, type=_Credited).id)
    command = ReverseAction(
        id=uuid7(),
        citizen_id=item.citizen_id,
        action_id=action_id,
        reason=reason,
        actor=f"partner {partner_id}",
        idempotency=None,
        at=at,
    )
    return await queue.submit(command)


class _Credited(msgspec.Struct):
    """The field of an action's answer that names the action."""

    id: str
