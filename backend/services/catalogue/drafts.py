"""Drafts of methods' versions and of points rules: written, seen with their effect, proposed, published by another.

What is published goes the way of every version: from a later day on, beside the earlier ones. Who wants the earlier
values back publishes them as a new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue, CatalogueError
from backend.catalogue.draft_checks import check_bounded, check_rule_worth, check_worth
from backend.domain.actions.draft_effect import Effect
from backend.domain.actions.quantification import quantify
from backend.domain.catalogue.factors import Method, PointRule
from backend.domain.community.written_texts import fault_at
from backend.domain.days import day_of
from backend.errors import MethodNotFound, Refusal
from backend.errors.catalogue import (
    CatalogueInvalid,
    DraftBaseChanged,
    DraftDecided,
    DraftEffectMissing,
    DraftNotFound,
    DraftOwnProposal,
    DraftWaits,
)
from backend.errors.organisations import EditOutdated, EditRevisionMissing
from backend.messages.catalogue.administration import MethodVersionRequest, PointRuleRequest
from backend.messages.catalogue.drafts import (
    DraftDecisionRequest,
    DraftExample,
    DraftItem,
    DraftProposalRequest,
    DraftView,
    EffectView,
    FieldChange,
)
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import CatalogueDraft
from backend.models.keys import read_id
from backend.services.catalogue.administration import (
    changed_fields,
    checked_method,
    checked_rule,
    learn_published,
    store_method,
    store_rule,
)
from backend.services.catalogue.effects import method_of, request_of, rule_of, rule_request_of
from backend.services.catalogue.examples import worked_example
from backend.services.identity.own_citizens import citizens_of
from backend.services.identity.staff_accounts import record, usernames
from backend.services.listing import matching
from backend.services.organisations.revisions import Seen
from backend.storage.database import Database, constraint_of
from backend.texts import say

POINTS = "points"
OPEN = ("draft", "proposed")


async def write_method(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    code: str,
    request: MethodVersionRequest,
    seen: Seen | None,
) -> DraftView:
    """Begin the draft of a method, or edit it; its effect is computed anew.

    Raises MethodNotFound, EffectiveTooEarly, CatalogueInvalid, VersionPublished, DraftWaits, EditRevisionMissing,
    EditOutdated.
    """
    await learn_published(database, catalogue)
    _checked_method(catalogue, code, request)
    base = catalogue.methods[code].version
    return await _write(database, catalogue, staff, ("method", code, base), request, seen)


async def write_rule(
    database: Database, catalogue: Catalogue, staff: Principal, request: PointRuleRequest, seen: Seen | None
) -> DraftView:
    """The same for the points rule. Raises the same."""
    await learn_published(database, catalogue)
    _checked_rule(catalogue, request)
    return await _write(
        database, catalogue, staff, ("points_rule", POINTS, catalogue.point_rule.id), request, seen
    )


async def _write(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    what: tuple[str, str, str],
    request: MethodVersionRequest | PointRuleRequest,
    seen: Seen | None,
) -> DraftView:
    kind, subject, base = what
    body = msgspec.to_builtins(request)
    reason = body.pop("reason")
    try:
        async with database.transaction():
            open_ = CatalogueDraft.filter(kind=kind, subject=subject, state__in=OPEN)
            draft = await open_.select_for_update().get_or_none()
            if draft is None:
                draft = await CatalogueDraft.create(
                    kind=kind, subject=subject, base=base, body=body, reason=reason, written_by=staff.id
                )
            else:
                if seen is None:
                    raise EditRevisionMissing
                seen.check(draft.revision)
                if draft.state == "proposed":
                    raise DraftWaits
                await CatalogueDraft.filter(id=draft.id).update(
                    base=base,
                    body=body,
                    reason=reason,
                    revision=draft.revision + 1,
                    written_by=staff.id,
                    effect=None,
                    effect_cursor=None,
                    effect_done_at=None,
                )
            await record(staff, "catalogue_draft.write", f"{kind} {subject}", reason=reason, after=body)
    except IntegrityError as error:
        if constraint_of(error) == "catalogue_drafts_one_open":
            raise EditOutdated from error
        raise
    return await show_draft(catalogue, str(draft.id))


async def propose_draft(
    database: Database, catalogue: Catalogue, staff: Principal, id_text: str, request: DraftProposalRequest
) -> DraftView:
    """Propose a draft whose effect is known.

    Raises DraftNotFound, DraftDecided, DraftEffectMissing, DraftBaseChanged, EffectiveTooEarly, CatalogueInvalid.
    """
    await learn_published(database, catalogue)
    async with database.transaction():
        draft = await _locked(id_text)
        if draft.state != "draft":
            raise DraftDecided
        _check_base(catalogue, draft)
        _made_of(catalogue, draft)
        if draft.effect_done_at is None:
            raise DraftEffectMissing
        await CatalogueDraft.filter(id=draft.id).update(
            state="proposed", proposed_by=staff.id, proposed_at=datetime.now(UTC), revision=draft.revision + 1
        )
        await record(
            staff,
            "catalogue_draft.propose",
            f"{draft.kind} {draft.subject}",
            reason=request.reason,
            after={"revision": draft.revision},
        )
    return await show_draft(catalogue, id_text)


async def decide_draft(
    database: Database,
    catalogue: Catalogue,
    staff: Principal,
    id_text: str,
    request: DraftDecisionRequest,
    seen: Seen,
    *,
    is_demo: bool,
) -> DraftView:
    """Publish a proposed draft, by another operator than wrote or proposed it; return it, or discard it.

    Raises DraftNotFound, DraftDecided, EditOutdated, DraftOwnProposal, DraftBaseChanged, EffectiveTooEarly,
    CatalogueInvalid, VersionPublished.
    """
    await learn_published(database, catalogue)
    made: Method | PointRule | None = None
    now = datetime.now(UTC)
    async with database.transaction():
        draft = await _locked(id_text)
        if draft.state not in OPEN or (draft.state == "draft" and request.decision != "discarded"):
            raise DraftDecided
        seen.check(draft.revision)
        changes: dict[str, Any] = {"state": request.decision, "decided_by": staff.id, "decided_at": now}
        changes |= {"decision_reason": request.reason, "revision": draft.revision + 1}
        if request.decision == "returned":
            changes = {
                "state": "draft",
                "proposed_by": None,
                "proposed_at": None,
                "revision": draft.revision + 1,
            }
        elif request.decision == "published":
            if not is_demo:
                await _check_second_person(staff, {draft.written_by, draft.proposed_by})
            _check_base(catalogue, draft)
            made = _made_of(catalogue, draft)
            await _store(catalogue, staff, made, request.reason)
        await CatalogueDraft.filter(id=draft.id).update(**changes)
        await record(
            staff,
            "catalogue_draft.decide",
            f"{draft.kind} {draft.subject}",
            reason=request.reason,
            after={"decision": request.decision},
        )
    if isinstance(made, Method):
        catalogue.adopt(made)
    elif made is not None:
        catalogue.adopt_rule(made)
    return await show_draft(catalogue, id_text)


async def list_drafts(
    catalogue: Catalogue, typed: str | None, limit: int, cursor: UUID | None, subject: str | None
) -> Page[DraftItem]:
    """Drafts, the newest first."""
    query = matching(CatalogueDraft.all(), typed, "subject", "reason", "state")
    if subject is not None:
        query = query.filter(subject=subject)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    names = await usernames(row.written_by for row in rows)
    return Page.of(rows, limit, lambda row: view_of(DraftItem, row, **_named(catalogue, row, names)))


async def show_draft(catalogue: Catalogue, id_text: str) -> DraftView:
    """A draft with what it changes and its effect so far. Raises DraftNotFound."""
    draft = await CatalogueDraft.get_or_none(id=read_id(id_text, DraftNotFound))
    if draft is None:
        raise DraftNotFound
    people = (draft.written_by, draft.proposed_by, draft.decided_by)
    names = await usernames(by for by in people if by)
    changes, example = _told(catalogue, draft)
    return view_of(
        DraftView,
        draft,
        **_named(catalogue, draft, names),
        changes=changes,
        example=example,
        effect=_effect_view(draft),
        proposed_by=None if draft.proposed_by is None else names[draft.proposed_by],
        decided_by=None if draft.decided_by is None else names[draft.decided_by],
    )


# -- how -----------------------------------------------------------------------------------------------


def _named(catalogue: Catalogue, draft: CatalogueDraft, names: Mapping[UUID, str]) -> dict[str, Any]:
    name = Bilingual(say("zh-CN", "drafts.points"), say("en", "drafts.points"))
    if draft.kind == "method":
        found = catalogue.methods[draft.subject].name
        name = Bilingual(found["zh-CN"], found["en"])
    return {
        "id": str(draft.id),
        "name": name,
        "effective_from": draft.body["effective_from"],
        "version": draft.body["version" if draft.kind == "method" else "id"],
        "written_by": names[draft.written_by],
    }


def _told(catalogue: Catalogue, draft: CatalogueDraft) -> tuple[list[FieldChange], DraftExample | None]:
    """What a draft changes, field by field, and one act before and after."""
    before: Method | PointRule
    if draft.kind == "method":
        versions = catalogue.versions.get(draft.subject) or [catalogue.methods[draft.subject]]
        before = next((each for each in versions if each.version == draft.base), versions[-1])
        made: Method | PointRule = method_of(catalogue, draft.subject, draft.body)
    else:
        before, made = catalogue.point_rules[draft.base], rule_of(draft.body)
    changes = [
        FieldChange(
            field=name,
            before=msgspec.to_builtins(getattr(before, name)),
            after=msgspec.to_builtins(getattr(made, name)),
        )
        for name in made.__struct_fields__
        if name in changed_fields(before, made)
    ]
    if isinstance(made, Method) and isinstance(before, Method):
        return changes, _example(catalogue, before, made)
    return changes, None


def _example(catalogue: Catalogue, before: Method, after: Method) -> DraftExample | None:
    today = day_of(datetime.now(UTC))
    found = worked_example(catalogue, before, today)
    if found is None:
        return None
    factor_set, rule = catalogue.factor_sets[catalogue.default_factor_set], catalogue.point_rule_on(today)
    sums = []
    for method in (before, after):
        try:
            told = quantify(
                method,
                factor_set,
                catalogue.factors,
                found.result.quantity,
                found.parameters,
                before.evidence_wanted[0],
                rule=rule,
                usage={},
            )
        except Refusal:
            return None
        sums.append((told.reduction_g, told.points))
    return DraftExample(
        quantity=f"{found.result.quantity.normalize():f}",
        unit=found.result.unit,
        parameters=found.parameters,
        before_g=sums[0][0],
        after_g=sums[1][0],
        before_points=sums[0][1],
        after_points=sums[1][1],
    )


def _effect_view(draft: CatalogueDraft) -> EffectView | None:
    if draft.effect is None:
        return None
    effect = msgspec.convert(draft.effect, Effect)
    return view_of(EffectView, effect, is_done=draft.effect_done_at is not None)


def _checked_method(catalogue: Catalogue, code: str, request: MethodVersionRequest) -> Method:
    if code not in catalogue.methods:
        raise MethodNotFound
    _check_texts(request, "name", "description", "baseline", "self_declared_reason")
    method, current = checked_method(catalogue, code, request), catalogue.methods[code]
    known = catalogue.versions.get(code) or [current]
    _check_day_free(method.effective_from, (each.effective_from for each in known))
    try:
        if method.retired_on is None:
            check_bounded(method)
            check_worth(
                method,
                current,
                catalogue.factor_sets[catalogue.default_factor_set],
                catalogue.factors,
                catalogue.point_rule,
            )
    except CatalogueError as error:
        raise CatalogueInvalid.at(error.pointer, error.code, **error.facts) from None
    return method


def _checked_rule(catalogue: Catalogue, request: PointRuleRequest) -> PointRule:
    _check_texts(request, "note")
    rule = checked_rule(catalogue, request)
    _check_day_free(rule.effective_from, (each.effective_from for each in catalogue.point_rules.values()))
    try:
        check_rule_worth(rule, catalogue.point_rule)
    except CatalogueError as error:
        raise CatalogueInvalid.at(error.pointer, error.code, **error.facts) from None
    return rule


def _check_texts(request: MethodVersionRequest | PointRuleRequest, *names: str) -> None:
    """Raises CatalogueInvalid for markup, and for a text in the other language's place."""
    given = {name: getattr(request, name) for name in names}
    texts = {
        name: {"zh-CN": text.zh, "en": text.en} for name, text in given.items() if isinstance(text, Bilingual)
    }
    faults = [fault for name, text in texts.items() for fault in fault_at(text, name)]
    if faults:
        raise CatalogueInvalid(errors=faults)


def _check_day_free(day: date, taken: Iterable[date]) -> None:
    """Of two versions that begin on one day nobody could say which one holds. Raises CatalogueInvalid."""
    if day in set(taken):
        raise CatalogueInvalid.at("/effective_from", "twice")


def _made_of(catalogue: Catalogue, draft: CatalogueDraft) -> Method | PointRule:
    if draft.kind == "method":
        return _checked_method(catalogue, draft.subject, request_of(draft.body))
    return _checked_rule(catalogue, rule_request_of(draft.body))


async def _store(catalogue: Catalogue, staff: Principal, made: Method | PointRule, reason: str) -> None:
    if isinstance(made, Method):
        await store_method(staff, catalogue.methods[made.code], made, reason)
    else:
        await store_rule(staff, catalogue.point_rule_on(made.effective_from), made, reason)


def _check_base(catalogue: Catalogue, draft: CatalogueDraft) -> None:
    newest = catalogue.methods[draft.subject].version if draft.kind == "method" else catalogue.point_rule.id
    if newest != draft.base:
        raise DraftBaseChanged(version=newest)


async def _locked(id_text: str) -> CatalogueDraft:
    draft = await CatalogueDraft.filter(id=read_id(id_text, DraftNotFound)).select_for_update().get_or_none()
    if draft is None:
        raise DraftNotFound
    return draft


async def _check_second_person(staff: Principal, authors: set[UUID | None]) -> None:
    """Raises DraftOwnProposal for who wrote or proposed it, under this or another account of theirs."""
    own = await citizens_of(staff.id)
    for author in authors:
        if author is not None and (staff.id == author or own & await citizens_of(author)):
            raise DraftOwnProposal
