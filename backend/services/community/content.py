"""Operators write articles and quiz questions: a version is written, proposed by one and published by another.

What a version says is never changed. The newest published one that has begun is read; who wants the earlier text back
writes it again as a new version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import msgspec
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue, CatalogueError
from backend.catalogue.knowledge import SLUG
from backend.domain.community.knowledge import Article, Question
from backend.domain.community.written_texts import body_differs, fault_at
from backend.domain.days import day_of
from backend.domain.folding import folded_words
from backend.errors.community.content import (
    ContentDecided,
    ContentInvalid,
    ContentNotFound,
    ContentOwnProposal,
    ContentTooEarly,
    ContentWaits,
)
from backend.errors.fields import ERRORS_MAX, FieldError, field_error
from backend.errors.organisations import EditOutdated, EditRevisionMissing
from backend.messages.body_errors import error_of
from backend.messages.community.content import (
    ArticleVersionRequest,
    ContentDecisionRequest,
    ContentItem,
    ContentProposalRequest,
    ContentVersionBrief,
    ContentView,
    Kind,
    QuestionVersionRequest,
)
from backend.messages.names import unseen_sign
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import ContentVersion
from backend.models.keys import read_id, uuid7
from backend.services.community.editions import Editions, Published, entry_of
from backend.services.identity.own_citizens import citizens_of
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.revisions import Seen
from backend.storage.database import Database

WORDS_MAX = 8
BEFORE_MIDNIGHT = timedelta(minutes=1)
"""Every process has learnt of what is published by then: the day's questions are the same in all of them."""
SLUG_CHARS_MAX = 50
"""A question is asked as slug@version, in 64 characters."""
NO_FIELDS = frozenset({"reason"})


class Content:
    """The desk of articles and questions."""

    def __init__(self, database: Database, catalogue: Catalogue, editions: Editions) -> None:
        self._database = database
        self._catalogue = catalogue
        self._editions = editions

    async def write(
        self,
        staff: Principal,
        kind: Kind,
        slug: str,
        request: ArticleVersionRequest | QuestionVersionRequest,
        seen: Seen | None,
    ) -> ContentView:
        """Write a new version, of what was seen or under a new slug.

        Raises ContentInvalid, ContentWaits, EditRevisionMissing, EditOutdated.
        """
        if not SLUG.fullmatch(slug) or len(slug) > SLUG_CHARS_MAX:
            raise ContentInvalid.at("/slug", "form")
        body = _fields(request)
        rows = await _versions(kind, slug)
        version = len(rows) + 1
        if rows or slug in self._editions.shipped(kind):
            if seen is None:
                raise EditRevisionMissing
            seen.check(len(rows))
        if rows and rows[-1].state == "proposed":
            raise ContentWaits
        self._checked(kind, slug, version, body)
        await self._create(staff, kind, slug, version, body, request.reason)
        return await self.show(kind, slug)

    async def withdraw(
        self,
        staff: Principal,
        kind: Kind,
        slug: str,
        request: ContentProposalRequest,
        seen: Seen,
        now: datetime,
    ) -> ContentView:
        """Propose that an article or a question is read no more from a day on.

        Raises ContentNotFound, ContentWaits, EditOutdated, ContentTooEarly, ContentInvalid where others need it.
        """
        rows = await _versions(kind, slug)
        shipped = self._editions.shipped(kind).get(slug)
        if not rows and shipped is None:
            raise ContentNotFound
        seen.check(len(rows))
        if rows and rows[-1].state == "proposed":
            raise ContentWaits
        check_day(kind, request.effective_from, now)
        version = len(rows) + 1
        await self._fits(Published(kind, slug, version, request.effective_from, None))
        body = rows[-1].body if rows else body_of_entry(shipped)
        proposed = {
            "is_withdrawal": True,
            "state": "proposed",
            "effective_from": request.effective_from,
            "proposed_by": staff.id,
            "proposed_at": now,
        }
        await self._create(staff, kind, slug, version, body, request.reason, **proposed)
        return await self.show(kind, slug)

    async def propose(
        self, staff: Principal, id_text: str, request: ContentProposalRequest, now: datetime
    ) -> ContentView:
        """Propose a draft from a day on. Raises ContentNotFound, ContentDecided, ContentTooEarly, ContentInvalid."""
        async with self._database.transaction():
            row = await _locked(id_text)
            if row.state != "draft" or not await _is_newest(row):
                raise ContentDecided
            check_day(row.kind, request.effective_from, now)
            await self._fits(self._published(row, request.effective_from))
            await ContentVersion.filter(id=row.id).update(
                state="proposed", effective_from=request.effective_from, proposed_by=staff.id, proposed_at=now
            )
            await record(
                staff,
                "content.propose",
                f"{row.kind} {row.slug}",
                reason=request.reason,
                after={"version": row.version, "effective_from": request.effective_from.isoformat()},
            )
        return await self.show(row.kind, row.slug)

    async def decide(
        self, staff: Principal, id_text: str, request: ContentDecisionRequest, now: datetime, *, is_demo: bool
    ) -> ContentView:
        """Publish a proposed version, by another operator than wrote or proposed it, or return it to its author.

        Read in this process at once where its day has begun, in the others within two seconds.
        Raises ContentNotFound, ContentDecided, ContentOwnProposal, ContentTooEarly, ContentInvalid.
        """
        async with self._database.transaction():
            row = await _locked(id_text)
            if row.state != "proposed" or row.effective_from is None:
                raise ContentDecided
            if request.decision == "published":
                if not is_demo:
                    await _check_second_person(staff, {row.written_by, row.proposed_by})
                check_day(row.kind, row.effective_from, now)
                await self._fits(self._published(row, row.effective_from))
            await ContentVersion.filter(id=row.id).update(
                state=request.decision, decided_by=staff.id, decided_at=now, decision_reason=request.reason
            )
            await record(
                staff,
                "content.publish" if request.decision == "published" else "content.return",
                f"{row.kind} {row.slug}",
                reason=request.reason,
                after={"version": row.version, "is_withdrawal": row.is_withdrawal},
            )
        await self._editions.load()
        return await self.show(row.kind, row.slug)

    async def list_items(
        self, kind: Kind | None, typed: str | None, limit: int, after: int | None, now: datetime
    ) -> Page[ContentItem]:
        """Articles and questions in the order of their kinds and slugs, with the words that were typed in them."""
        rows: defaultdict[tuple[str, str], list[ContentVersion]] = defaultdict(list)
        for row in await ContentVersion.all().order_by("kind", "slug", "version"):
            rows[row.kind, row.slug].append(row)
        keys = {
            (each, slug) for each in get_args(Kind) for slug in self._editions.shipped(each)
        } | rows.keys()
        in_force = await self._in_force(now)
        words = folded_words(typed or "").split()[:WORDS_MAX]
        items = [
            self._item(key, rows[key], in_force) for key in sorted(keys) if kind is None or key[0] == kind
        ]
        found = [(place, each) for place, each in enumerate(items, 1) if _has_words(each, words)]
        rest = [each for each in found if after is None or each[0] > after]
        return Page.of(rest, limit, lambda each: each[1], lambda each: each[0])

    async def show(self, kind: str, slug: str) -> ContentView:
        """An article or a question with its versions. Raises ContentNotFound."""
        rows = await _versions(kind, slug)
        known: Kind = "article" if kind == "article" else "question"
        shipped = self._editions.shipped(known).get(slug)
        if not rows and shipped is None:
            raise ContentNotFound
        names = await usernames(
            by for row in rows for by in (row.written_by, row.proposed_by, row.decided_by) if by
        )
        item = self._item((known, slug), rows, await self._in_force(datetime.now(UTC)))
        return view_of(
            ContentView,
            item,
            revision=len(rows),
            body=rows[-1].body if rows else body_of_entry(shipped),
            versions=[_brief(row, names) for row in reversed(rows)],
        )

    async def entry(self, id_text: str) -> Article | Question:
        """A version as everybody will see it. Raises ContentNotFound, ContentInvalid."""
        row = await ContentVersion.get_or_none(id=read_id(id_text, ContentNotFound))
        if row is None:
            raise ContentNotFound
        day = row.effective_from or day_of(datetime.now(UTC))
        return self._checked(_kind(row), row.slug, row.version, row.body, day)

    # -- how -----------------------------------------------------------------------------------------

    def _checked(
        self, kind: Kind, slug: str, version: int, body: Mapping[str, Any], day: date = date.min
    ) -> Article | Question:
        faults = _faults(kind, body)
        if faults:
            raise ContentInvalid(errors=faults)
        try:
            return entry_of(kind, slug, version, day, body, self._catalogue)
        except CatalogueError as error:
            raise ContentInvalid.at(error.pointer, error.code, **error.facts) from None
        except msgspec.ValidationError as error:
            raise ContentInvalid(errors=(error_of(str(error)),)) from None

    def _published(self, row: ContentVersion, day: date) -> Published:
        kind = _kind(row)
        entry = None if row.is_withdrawal else self._checked(kind, row.slug, row.version, row.body, day)
        return Published(kind, row.slug, row.version, day, entry)

    async def _fits(self, candidate: Published) -> None:
        try:
            await self._editions.check(candidate)
        except CatalogueError as error:
            raise ContentInvalid.at(error.pointer, error.code, **error.facts) from None

    async def _create(
        self,
        staff: Principal,
        kind: Kind,
        slug: str,
        version: int,
        body: Mapping[str, Any],
        reason: str,
        **proposed: Any,
    ) -> None:
        """Raises EditOutdated where somebody else wrote this version first."""
        try:
            async with self._database.transaction():
                await ContentVersion.create(
                    id=uuid7(),
                    kind=kind,
                    slug=slug,
                    version=version,
                    body=dict(body),
                    reason=reason,
                    written_by=staff.id,
                    **proposed,
                )
                await record(
                    staff,
                    "content.withdraw" if proposed else "content.write",
                    f"{kind} {slug}",
                    reason=reason,
                    after={"version": version},
                )
        except IntegrityError as error:
            raise EditOutdated from error

    async def _in_force(self, now: datetime) -> Mapping[tuple[str, str], int]:
        return await self._editions.versions_on(day_of(now))

    def _item(
        self, key: tuple[str, str], rows: Sequence[ContentVersion], in_force: Mapping[tuple[str, str], int]
    ) -> ContentItem:
        kind: Kind = "article" if key[0] == "article" else "question"
        body = rows[-1].body if rows else body_of_entry(self._editions.shipped(kind)[key[1]])
        title: Any = body["title" if kind == "article" else "text"]
        return ContentItem(
            kind=kind,
            slug=key[1],
            title=Bilingual(title["zh-CN"], title["en"]),
            version=len(rows),
            state=rows[-1].state if rows else "shipped",  # type: ignore[arg-type]
            in_force=in_force.get(key),
        )


def check_day(kind: str, day: date, now: datetime) -> None:
    """Articles begin today or later, questions tomorrow or later. Raises ContentTooEarly."""
    least = day_of(now) if kind == "article" else day_of(now + BEFORE_MIDNIGHT) + timedelta(days=1)
    if day < least:
        raise ContentTooEarly(day_min=least)


def body_of_entry(entry: Article | Question | None) -> dict[str, Any]:
    """What the release brings, in the fields of a request."""
    left_out = {"slug", "updated_on", "id"}
    found: dict[str, Any] = msgspec.to_builtins(entry)
    return {name: value for name, value in found.items() if name not in left_out}


def _fields(request: ArticleVersionRequest | QuestionVersionRequest) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(request)
    return {name: value for name, value in found.items() if name not in NO_FIELDS}


def _faults(kind: Kind, body: Mapping[str, Any]) -> list[FieldError]:
    unseen = [
        field_error(f"/{name}/{language}", "unseen_sign", sign=sign)
        for name in ("body", "explanation")
        for language, text in body.get(name, {}).items()
        for line in text.splitlines()
        if line.strip() and (sign := unseen_sign(line.replace("\t", " "))) is not None
    ]
    if unseen:
        return unseen[:ERRORS_MAX]
    if kind == "article":
        found = [each for name in ("title", "summary", "body") for each in fault_at(body[name], name)]
        if not found and body_differs(body["body"]["zh-CN"], body["body"]["en"]):
            found.append(field_error("/body", "other_parts"))
        return found
    found = [each for name in ("text", "explanation") for each in fault_at(body[name], name)]
    for index, choice in enumerate(body["choices"]):
        found += fault_at(choice, "choices", index, may_be_a_name=True)
    return found


def _kind(row: ContentVersion) -> Kind:
    return "article" if row.kind == "article" else "question"


def _has_words(item: ContentItem, words: Sequence[str]) -> bool:
    text = folded_words(f"{item.slug} {item.title.zh} {item.title.en}")
    return all(word in text for word in words)


def _brief(row: ContentVersion, names: Mapping[UUID, str]) -> ContentVersionBrief:
    return view_of(
        ContentVersionBrief,
        row,
        id=str(row.id),
        written_by=names[row.written_by],
        proposed_by=None if row.proposed_by is None else names[row.proposed_by],
        decided_by=None if row.decided_by is None else names[row.decided_by],
    )


async def _versions(kind: str, slug: str) -> list[ContentVersion]:
    return await ContentVersion.filter(kind=kind, slug=slug).order_by("version")


async def _locked(id_text: str) -> ContentVersion:
    row = await ContentVersion.filter(id=read_id(id_text, ContentNotFound)).select_for_update().get_or_none()
    if row is None:
        raise ContentNotFound
    return row


async def _is_newest(row: ContentVersion) -> bool:
    return not await ContentVersion.exists(kind=row.kind, slug=row.slug, version__gt=row.version)


async def _check_second_person(staff: Principal, authors: set[UUID | None]) -> None:
    """Raises ContentOwnProposal for who wrote or proposed it, under this or another account of theirs."""
    own = await citizens_of(staff.id)
    for author in authors - {None}:
        assert author is not None
        if staff.id == author or own & await citizens_of(author):
            raise ContentOwnProposal
