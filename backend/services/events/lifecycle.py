"""Staff move an event from state to state; each step is kept with its actor, time and reason."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from tortoise.expressions import Subquery

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.events.lifecycle import CHANGEABLE, Account, Facts, Step, check_step, find_step
from backend.domain.inventory.account import WholeAccount
from backend.domain.inventory.claim import Evaluated, boundary_gaps, claim_gaps, claim_of
from backend.errors import RoleForbidden
from backend.messages.events.lifecycle import StepView, TransitionRequest
from backend.messages.shape import Page, view_of
from backend.models import (
    Event,
    EventDocument,
    EventOrganisation,
    EventStep,
    InventoryAbsence,
    InventoryLine,
    InventoryMeasure,
    InventoryPeople,
    Organisation,
    OrganisationMember,
)
from backend.services.events.events import check_not_frozen, lock_event, overseen_event
from backend.services.events.surplus import publish_surplus
from backend.services.events.years import give_up_months, is_year, take_months_again
from backend.services.identity.staff_accounts import record
from backend.services.organisations.persons import accounts_of_person
from backend.storage.database import Database
from backend.storage.statements import read

AccountOf = Callable[[Event], Awaitable[WholeAccount]]
"""Reads the account of a whole event."""
VerifiedBy = Callable[[Event, WholeAccount], Awaitable[Organisation | None]]
"""The verifier whose signed opinion on an account an evaluation may rest on (services.verification.basis)."""


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a step that accounts for an event rests on besides the facts that its needs ask about."""

    whole: WholeAccount
    evaluated: Evaluated
    verifier: Organisation | None = None
    """Whose signed opinion on this account the evaluation rests on."""


async def move_event(
    database: Database,
    staff: Principal,
    slug: str,
    request: TransitionRequest,
    *,
    catalogue: Catalogue,
    account_of: AccountOf,
    verified_by: VerifiedBy,
    is_demo: bool,
) -> Event:
    """Move an event to another state. Scans that saw the old state are committed first.

    Raises EventNotFound, EventFrozen, TransitionIllegal, RoleForbidden, and the StepNotReady that names what is
    missing; of a year that is a draft again YEAR_REFUSALS, of an evaluation BASIS_REFUSALS.
    """
    now = datetime.now(UTC)
    async with database.transaction():
        event = await lock_event(staff, slug)
        check_not_frozen(event)
        step = find_step(event.state, request.to, is_demo=is_demo)
        if staff.role not in step.by:
            raise RoleForbidden(roles=", ".join(step.by))
        sums = None
        if "account" in step.needs:
            (sums,) = await read(database, "read_event_account", event.id)
        told = None
        if sums is not None:
            told = await _told(staff, event, step, await account_of(event), verified_by, is_demo=is_demo)
        facts = await _facts(staff, event, step, request, catalogue, now, sums, told, is_demo=is_demo)
        check_step(step, facts)
        event.state = step.to_state
        event.revision += 1
        if step.to_state == "rejected":
            # It may be filed again as something else: the province decides about it anew.
            event.is_demonstration = False
        if told is not None:
            event.evaluation = _evaluation(event, step, facts, request, now, told)
        await event.save(update_fields=["state", "revision", "evaluation", "is_demonstration"])
        await _follow(database, event, step, now)
        await EventStep.create(
            event_id=event.id,
            from_state=step.from_state,
            to_state=step.to_state,
            actor=staff.id,
            note=request.note,
        )
        await record(
            staff,
            "event.move",
            slug,
            reason=request.note,
            before={"state": step.from_state},
            after={"state": step.to_state},
        )
    return event


async def _follow(database: Database, event: Event, step: Step, now: datetime) -> None:
    """What a step brings with it: the months of a year, the surplus of what was closed."""
    if is_year(event) and step.to_state == "rejected":
        await give_up_months(event)
    if is_year(event) and (step.from_state, step.to_state) == ("rejected", "draft"):
        await take_months_again(database, event)
    if step.to_state == "closed":
        await publish_surplus(database, event, now)


async def _told(
    staff: Principal, event: Event, step: Step, whole: WholeAccount, verified_by: VerifiedBy, *, is_demo: bool
) -> _Told:
    """The account of a step. Raises VerificationOutdated, VerificationAdverse, VerifierSuspended."""
    is_evaluated = step.to_state == "evaluated"
    verifier = await verified_by(event, whole) if is_evaluated else None
    evaluated = await _evaluated(staff, event, step, is_verified=verifier is not None, is_demo=is_demo)
    return _Told(whole=whole, evaluated=evaluated, verifier=verifier)


async def _has_filed(staff: Principal, event: Event) -> bool:
    """Whether a member of staff created, changed or submitted the event; sending it back to draft does not count.

    By any of their accounts. An operator who acts for one of its organisations by another account has filed it as well.
    """
    accounts = await accounts_of_person(staff.id)
    if event.created_by in accounts:
        return True
    if staff.role == "operator" and await _acts_for_a_host(accounts, event):
        return True
    filing = EventStep.filter(event_id=event.id, actor__in=list(accounts), to_state__in=CHANGEABLE)
    return await filing.exclude(from_state="rejected").exists()


async def _acts_for_a_host(accounts: Collection[UUID], event: Event) -> bool:
    running = EventOrganisation.filter(event_id=event.id, removed_at=None).values("organisation_id")
    return await OrganisationMember.filter(
        staff_id__in=list(accounts), removed_at=None, organisation_id__in=Subquery(running)
    ).exists()


async def _facts(
    staff: Principal,
    event: Event,
    step: Step,
    request: TransitionRequest,
    catalogue: Catalogue,
    now: datetime,
    sums: Mapping[str, int] | None,
    told: _Told | None,
    *,
    is_demo: bool,
) -> Facts:
    """The facts that the step's needs ask about; sums and documents are read only where a need asks for them."""
    has_filed = "second_person" in step.needs and await _has_filed(staff, event)
    documents: frozenset[str] = frozenset()
    if {"evaluation", "documents"} & set(step.needs):
        kinds = await EventDocument.filter(event_id=event.id).distinct().values_list("kind", flat=True)
        # A report that nobody signed here is a file like others: it is what the organiser says of itself.
        unsigned = (
            set() if is_demo or (told is not None and told.verifier is not None) else {"verifier_report"}
        )
        documents = frozenset(str(kind) for kind in kinds) - unsigned
    account = None
    earlier: dict[str, Any] = event.evaluation or {}
    if sums is not None and told is not None:
        own = request.organiser_emission_g
        account = view_of(
            Account,
            sums,
            scope=event.neutrality_scope,
            target_pct=event.target_pct,
            organiser_emission_g=own if own is not None else earlier.get("organiser_emission_g"),
            whole_g=told.whole.high_g,
            has_lines=told.whole.lines > 0,
            included_g=sum(each.retired_g for each in told.whole.included),
            gaps=_gaps(event, step, told),
        )
    return view_of(
        Facts,
        event,
        note=request.note,
        is_factor_set_known=event.factor_set in catalogue.factor_sets,
        now=now,
        account=account,
        is_partial=request.is_partial or bool(earlier.get("is_partial")),
        statement=_statement(event, request),
        has_filed=has_filed,
        documents=documents,
        has_own_evaluation=told is not None and told.evaluated.basis == "second_person",
    )


def _gaps(event: Event, step: Step, told: _Told) -> tuple[str, ...]:
    """What the whole event lacks at this step; whether enough is retired is asked apart from it."""
    if step.to_state != "evaluated":
        return boundary_gaps(told.whole, event.neutrality_scope)
    gaps = claim_gaps(told.whole, event.neutrality_scope, told.evaluated)
    return tuple(gap for gap in gaps if gap != "retired")


async def _evaluated(
    staff: Principal, event: Event, step: Step, *, is_verified: bool, is_demo: bool
) -> Evaluated:
    """On what an evaluation by this member of staff rests, and whether it is somebody else's.

    Who filed the event or entered its activity data evaluates neither. A verifier's signed report comes first (in demo
    mode one that was uploaded will do); then what an
    operator wrote who had no part in the event; what the organiser declares about itself is what is left.
    """
    if step.to_state != "evaluated":
        return Evaluated()
    has_part, accounts = await _has_filed(staff, event), list(await accounts_of_person(staff.id))
    for entered in (InventoryLine, InventoryPeople, InventoryAbsence, InventoryMeasure):
        has_part = has_part or await entered.filter(event_id=event.id, created_by__in=accounts).exists()
    is_by_another = staff.role == "operator" and not has_part
    documents = EventDocument.filter(event_id=event.id)
    if is_verified or (is_demo and await documents.filter(kind="verifier_report").exists()):
        return Evaluated("verifier", is_by_another)
    if is_by_another and await documents.filter(kind="evaluation", uploaded_by=staff.id).exists():
        return Evaluated("second_person", is_by_another)
    return Evaluated("self_declaration", is_by_another)


def _statement(event: Event, request: TransitionRequest) -> str | None:
    """The organiser's self-declaration, made now or when the event was offset."""
    earlier: dict[str, Any] = event.evaluation or {}
    return request.statement or earlier.get("statement")


def _evaluation(
    event: Event, step: Step, facts: Facts, request: TransitionRequest, now: datetime, told: _Told
) -> dict[str, object]:
    """The fields of EvaluationView. 碳中和 is said by an evaluation and never before."""
    account = facts.account
    assert account is not None
    is_evaluated = step.to_state == "evaluated"
    gaps = claim_gaps(told.whole, event.neutrality_scope, told.evaluated)
    return {
        "emission_g": account.emission_g,
        "organiser_emission_g": account.organiser_emission_g,
        "boundary_g": account.boundary_g,
        "retired_g": account.retired_g,
        "is_partial": facts.is_partial or not account.is_complete,
        "has_reached_target": account.has_reached_target,
        "basis": told.evaluated.basis,
        "is_by_another": told.evaluated.is_by_another,
        "claim": claim_of(event.name_zh, event.name_en, told.whole, gaps) if is_evaluated else None,
        "verifier": _verifier_name(request, told),
        "verifier_id": None if told.verifier is None else str(told.verifier.id),
        "statement": facts.statement,
        "at": now.isoformat(),
    }


def _verifier_name(request: TransitionRequest, told: _Told) -> str | None:
    """A name is told of a verifier that verified: of one that signed its own, never what somebody typed."""
    if told.verifier is not None:
        return told.verifier.name_zh
    return request.verifier if told.evaluated.basis == "verifier" else None


async def list_steps(
    database: Database, staff: Principal, slug: str, limit: int, cursor: UUID | None
) -> Page[StepView]:
    """An event's steps, oldest first. Raises EventNotFound, also for another organiser's."""
    event = await overseen_event(staff, slug)
    rows = await read(database, "read_event_steps", event.id, cursor, limit + 1)
    return Page.of(rows, limit, _step_view)


def _step_view(row: Mapping[str, Any]) -> StepView:
    return view_of(StepView, row, id=str(row["id"]), actor=row["username"])
