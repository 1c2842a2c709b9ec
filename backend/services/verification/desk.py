"""What a verifier sees: its events, and of each the account item by item with evidence, findings and questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.catalogue.verification import load_verification_rules
from backend.domain.inventory.account import percent_of
from backend.domain.verification.opinion import AccountItem, Progress
from backend.messages import verification as m
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import (
    CreditBatch,
    Event,
    EventDocument,
    EventVerifier,
    Organisation,
    VerifierOpinion,
    VerifierQuestion,
    VerifierReview,
)
from backend.services.identity.staff_accounts import usernames
from backend.services.inventory.account import account_reader, people_view
from backend.services.organisations.organisations import organisation_brief, organisations_of
from backend.services.verification.access import SIGNABLE, may_review, seen_verification
from backend.services.verification.reviewed_account import Reviewed, reviewed_account
from backend.services.verification.verifiers import verifier_views
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import both_names


async def list_verifications(staff: Principal, limit: int, cursor: UUID | None) -> Page[m.VerificationBrief]:
    """The events that the caller's organisations verify or have verified, newest first."""
    query = EventVerifier.filter(organisation_id__in=await organisations_of(staff.id))
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    ids = [row.id for row in rows]
    events = {each.id: each for each in await Event.filter(id__in=[row.event_id for row in rows])}
    named = {
        each.id: each for each in await Organisation.filter(id__in=[row.organisation_id for row in rows])
    }
    signed = set(await VerifierOpinion.filter(verifier_id__in=ids).values_list("verifier_id", flat=True))
    waiting: dict[Any, int] = defaultdict(int)
    for each in await VerifierQuestion.filter(verifier_id__in=ids, answer=None):
        waiting[each.verifier_id] += 1

    def view(row: EventVerifier) -> m.VerificationBrief:
        event = events[row.event_id]
        return view_of(
            m.VerificationBrief,
            row,
            id=str(row.id),
            slug=event.slug,
            event=Bilingual(event.name_zh, event.name_en),
            state=event.state,
            organisation=organisation_brief(named[row.organisation_id]),
            open_questions=waiting[row.id],
            is_signed=row.id in signed,
        )

    return Page.of(rows, limit, view)


async def show_verification(
    database: Database, catalogue: Catalogue, staff: Principal, id_text: str
) -> m.VerificationView:
    """The account with what was found of each item. Raises VerificationNotFound, VerificationEnded."""
    found = await seen_verification(staff, id_text)
    event = found.event
    account = await account_reader(database, catalogue)(event)
    reviewed = await reviewed_account(database, event, account, found.organisation.id)
    (verifier,) = await verifier_views(database, event, [found.row], reviewed.digest)
    return view_of(
        m.VerificationView,
        account,
        id=str(found.row.id),
        slug=event.slug,
        event=Bilingual(event.name_zh, event.name_en),
        state=event.state,
        verifier=verifier,
        may_review=await may_review(database, staff, found),
        is_signable=reviewed.progress.items > 0
        and not reviewed.progress.open
        and event.state in SIGNABLE
        and found.row.ended_at is None,
        account_sha256=reviewed.digest.hex(),
        threshold_pct=load_verification_rules().materiality_pct,
        progress=progress_view(reviewed.progress),
        items=await _item_views(database, event, reviewed),
        people=people_view(account.people, account.response_tenths),
        batches=await _batches(database, event),
    )


def progress_view(progress: Progress) -> m.ProgressView:
    return view_of(m.ProgressView, progress, confirmed_pct=percent_of(progress.covered_tenths))


async def _item_views(database: Database, event: Event, reviewed: Reviewed) -> list[m.ItemView]:
    lines = {f"line:{row['id']}": row for row in reviewed.lines}
    documents = {str(each.id): each for each in await EventDocument.filter(event_id=event.id)}
    entered = await read(database, "read_line_authors", event.id)
    authors = {row["id"]: row["username"] for row in entered}
    questions: dict[str, list[VerifierQuestion]] = defaultdict(list)
    for asked in await VerifierQuestion.filter(event_id=event.id).order_by("id"):
        questions[asked.item].append(asked)
    names = await _names(reviewed.reviews.values(), [each for some in questions.values() for each in some])
    replaced = {
        f"line:{row['id']}": f"line:{row['supersedes']}" for row in reviewed.lines if row["supersedes"]
    }
    views = []
    for item in reviewed.items:
        view = _item_view(event, item, lines.get(item.key), documents, reviewed)
        if item.key in lines:
            view.entered_by = authors.get(lines[item.key]["id"])
        review = reviewed.reviews.get(item.key)
        if review is not None:
            view.finding = view_of(m.FindingView, review, decided_by=names[review.decided_by])
        # Questions about the line that this one supersedes belong to it: the answer was the new line.
        asked_of = [item.key, *([replaced[item.key]] if item.key in replaced else [])]
        view.questions = [_question_view(each, names) for key in asked_of for each in questions[key]]
        views.append(view)
    return views


async def _names(reviews: Iterable[VerifierReview], questions: Iterable[VerifierQuestion]) -> dict[UUID, str]:
    ids = {each.decided_by for each in reviews}
    for each in questions:
        ids |= {each.asked_by, *([each.answered_by] if each.answered_by else [])}
    return await usernames(ids)


def _question_view(row: VerifierQuestion, names: Mapping[UUID, str]) -> m.QuestionView:
    return view_of(
        m.QuestionView,
        row,
        id=str(row.id),
        asked_by=names[row.asked_by],
        answered_by=None if row.answered_by is None else names[row.answered_by],
    )


def _item_view(
    event: Event,
    item: AccountItem,
    line: Mapping[str, Any] | None,
    documents: Mapping[str, EventDocument],
    reviewed: Reviewed,
) -> m.ItemView:
    total = reviewed.progress.total_g
    share = percent_of(1000 * item.grams // total if total else 0)
    shown = {"key": item.key, "kind": item.kind, "sha256": item.digest.hex(), "emission_g": item.grams}
    if line is None:
        return m.ItemView(**shown, share_pct=share, group=_group_of(item), name=_name_of(item, reviewed))  # type: ignore[arg-type]
    document = documents.get(str(line["document_id"]))
    return m.ItemView(
        **shown,  # type: ignore[arg-type]
        share_pct=share,
        group=line["grouping"],
        name=Bilingual(*both_names("inventory.source", line["source"])),
        quantity=_plain(line["quantity"]),
        unit=line["unit"],
        factor_id=line["factor_id"],
        factor_value=_plain(line["factor_value"]),
        factor_unit=line["factor_unit"],
        factor_source=line["factor_source"],
        period=f"{line['starts_on']} – {line['ends_on']}",
        quality=line["quality"],
        note=line["note"],
        meter=line["meter"],
        supersedes=None if line["supersedes"] is None else str(line["supersedes"]),
        evidence=None
        if document is None
        else m.EvidenceView(
            name=document.name,
            url=f"/v1/events/{event.slug}/documents/{document.id}",
            sha256=document.sha256.hex(),
        ),
    )


def _plain(value: Decimal) -> Decimal:
    return Decimal(f"{value.normalize():f}")


def _group_of(item: AccountItem) -> str | None:
    return item.key.removeprefix("none:") if item.kind == "none" else None


def _name_of(item: AccountItem, reviewed: Reviewed) -> Bilingual:
    if item.kind == "none":
        return Bilingual(*both_names("inventory.group", item.key.removeprefix("none:")))
    if item.kind == "included":
        slug = item.key.removeprefix("included:")
        year = next(each for each in reviewed.account.included if each.slug == slug)
        return Bilingual(year.name_zh, year.name_en)
    return Bilingual(*both_names("verification.item", item.kind))


async def _batches(database: Database, event: Event) -> list[m.RetiredBatch]:
    rows = await read(database, "read_pooled_batches", event.id)
    proven = CreditBatch.filter(id__in=[row["batch_id"] for row in rows], proof_sha256__isnull=False)
    with_proof = {each.id for each in await proven}
    return [
        m.RetiredBatch(
            batch_id=str(row["batch_id"]),
            product=row["product"],
            project=row["project_name"],
            vintage=row["vintage"],
            registry=row["registry"],
            retirement_ref=row["retirement_ref"],
            retired_g=row["pooled_g"],
            proof_url=f"/v1/credit-batches/{row['batch_id']}/proof"
            if row["batch_id"] in with_proof
            else None,
        )
        for row in rows
    ]
