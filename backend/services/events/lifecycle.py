"""Staff move an event from state to state; each step is kept with its actor, time and reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.events.lifecycle import CHANGEABLE, Account, Facts, Step, check_step, find_step
from backend.errors import RoleForbidden
from backend.messages.events.lifecycle import StepView, TransitionRequest
from backend.messages.shape import Page, view_of
from backend.models import Event, EventDocument, EventStep
from backend.services.events.events import lock_event, overseen_event
from backend.services.events.surplus import publish_surplus
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database
from backend.storage.statements import read


async def move_event(
    database: Database,
    staff: Principal,
    slug: str,
    request: TransitionRequest,
    *,
    catalogue: Catalogue,
    is_demo: bool,
) -> Event:
    """Move an event to another state. Scans that saw the old state are committed first.

    Raises EventNotFound, TransitionIllegal, RoleForbidden, and the StepNotReady that names what is missing.
    """
    now = datetime.now(UTC)
    async with database.transaction():
        event = await lock_event(staff, slug)
        step = find_step(event.state, request.to, is_demo=is_demo)
        if staff.role not in step.by:
            raise RoleForbidden(roles=", ".join(step.by))
        sums = None
        if "account" in step.needs:
            (sums,) = await read(database, "read_event_account", event.id)
        facts = await _facts(staff, event, step, request, catalogue, now, sums)
        check_step(step, facts)
        event.state = step.to_state
        event.revision += 1
        if facts.account is not None:
            event.evaluation = _evaluation(event, step, facts, request, now)
        await event.save(update_fields=["state", "revision", "evaluation"])
        if step.to_state == "closed":
            await publish_surplus(database, event, now)
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


async def _has_filed(staff: Principal, event: Event) -> bool:
    """Whether a member of staff created, changed or submitted the event; sending it back to draft does not count."""
    if event.created_by == staff.id:
        return True
    filing = EventStep.filter(event_id=event.id, actor=staff.id, to_state__in=CHANGEABLE)
    return await filing.exclude(from_state="rejected").exists()


async def _facts(
    staff: Principal,
    event: Event,
    step: Step,
    request: TransitionRequest,
    catalogue: Catalogue,
    now: datetime,
    sums: Mapping[str, int] | None,
) -> Facts:
    """The facts that the step's needs ask about; sums and documents are read only where a need asks for them."""
    has_filed = "second_person" in step.needs and await _has_filed(staff, event)
    documents: frozenset[str] = frozenset()
    if {"evaluation", "documents"} & set(step.needs):
        kinds = await EventDocument.filter(event_id=event.id).distinct().values_list("kind", flat=True)
        documents = frozenset(str(kind) for kind in kinds)
    account = None
    earlier: dict[str, Any] = event.evaluation or {}
    if sums is not None:
        own = request.organiser_emission_g
        account = view_of(
            Account,
            sums,
            scope=event.neutrality_scope,
            target_pct=event.target_pct,
            organiser_emission_g=own if own is not None else earlier.get("organiser_emission_g"),
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
    )


def _statement(event: Event, request: TransitionRequest) -> str | None:
    """The organiser's self-declaration, made now or when the event was offset."""
    earlier: dict[str, Any] = event.evaluation or {}
    return request.statement or earlier.get("statement")


def _evaluation(
    event: Event, step: Step, facts: Facts, request: TransitionRequest, now: datetime
) -> dict[str, object]:
    """The fields of EvaluationView. An event is called neutral by its evaluation and never before."""
    account = facts.account
    assert account is not None
    is_evaluated = step.to_state == "evaluated"
    by_verifier = is_evaluated and "verifier_report" in facts.documents
    return {
        "emission_g": account.emission_g,
        "organiser_emission_g": account.organiser_emission_g,
        "boundary_g": account.boundary_g,
        "retired_g": account.retired_g,
        "is_partial": not account.is_covered,
        "is_neutral": account.is_neutral if is_evaluated else None,
        "has_reached_target": account.has_reached_target,
        "basis": None if not is_evaluated else "verifier" if by_verifier else "self_declaration",
        "verifier": request.verifier,
        "statement": facts.statement,
        "at": now.isoformat(),
    }


async def list_steps(
    database: Database, staff: Principal, slug: str, limit: int, cursor: UUID | None
) -> Page[StepView]:
    """An event's steps, oldest first. Raises EventNotFound, also for another organiser's."""
    event = await overseen_event(staff, slug)
    rows = await read(database, "read_event_steps", event.id, cursor, limit + 1)
    return Page.of(rows, limit, _step_view)


def _step_view(row: Mapping[str, Any]) -> StepView:
    return view_of(StepView, row, id=str(row["id"]), actor=row["username"])
