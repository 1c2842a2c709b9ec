"""The articles and questions of a day: those of the release, and over them what operators published since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
import structlog

from backend.catalogue import Catalogue, CatalogueError
from backend.catalogue.knowledge import combine, filled_article, filled_question
from backend.domain.community.knowledge import QUESTIONS_PER_DAY, Article, Knowledge, Question
from backend.domain.days import day_of
from backend.storage.database import Database
from backend.storage.statements import read

log = structlog.get_logger(__name__)

Kind = Literal["article", "question"]
DAYS_KEPT_MAX = 4
"""Yesterday's for who answers at midnight, today's, and what a preview asks for."""


class Published(msgspec.Struct, frozen=True):
    """A published version; `entry` is None where it withdraws what there was."""

    kind: Kind
    slug: str
    version: int
    effective_from: date
    entry: Article | Question | None


class Editions:
    """What this process knows of the articles and questions. It asks once a second for what was published."""

    def __init__(self, database: Database, catalogue: Catalogue, shipped: Knowledge) -> None:
        self._database = database
        self._catalogue = catalogue
        self.release = shipped
        """What the release brings."""
        self._published: dict[UUID, Published] | None = None
        self._seen: set[UUID] = set()
        self._days: dict[date, Knowledge] = {}

    async def load(self) -> None:
        """Learn what was published since; every process does so once a second."""
        rows = await read(self._database, "read_published_content", list(self._seen))
        published = {} if self._published is None else self._published
        for row in rows:
            self._seen.add(row["id"])
            try:
                published[row["id"]] = read_published(row, self._catalogue)
            except (CatalogueError, msgspec.ValidationError) as error:
                # A release may lack a source or a method that it names: the others are read all the same.
                log.warning(
                    "content_left_out", slug=row["slug"], version=row["version"], error=str(error)[:200]
                )
        if rows or self._published is None:
            self._published, self._days = published, {}

    async def on(self, day: date) -> Knowledge:
        """The articles and questions of a day."""
        if self._published is None:
            await self.load()
        assert self._published is not None
        found = self._days.get(day)
        if found is None:
            found = knowledge_on(day, self.release, self._published.values())
            self._days[day] = found
            while len(self._days) > DAYS_KEPT_MAX:
                del self._days[next(iter(self._days))]
        return found

    async def today(self, now: datetime) -> Knowledge:
        """The articles and questions of the day in Shanghai."""
        return await self.on(day_of(now))

    async def versions_on(self, day: date) -> dict[tuple[str, str], int]:
        """Which version of each slug is read on a day; 0: what the release brings."""
        await self.on(day)
        assert self._published is not None
        found: dict[tuple[str, str], int] = {("article", slug): 0 for slug in self.release.articles}
        found |= {("question", slug): 0 for slug in self.release.questions}
        for key, held in _in_force(day, self._published.values()).items():
            if held.entry is None:
                found.pop(key, None)
            else:
                found[key] = held.version
        return found

    async def check(self, candidate: Published) -> None:
        """Check that a version fits what there is on its day, and on every later day that changes something.

        What did not fit before, because a release changed something, is not the version's fault. Raises CatalogueError.
        """
        await self.load()
        assert self._published is not None
        others = [*self._published.values(), candidate]
        days = {each.effective_from for each in others if each.effective_from > candidate.effective_from}
        for day in sorted(days | {candidate.effective_from}):
            try:
                combine(*_entries(self.release, _in_force(day, others)))
            except CatalogueError as error:
                if self._fault_before(day) != str(error):
                    raise

    def _fault_before(self, day: date) -> str | None:
        published = {} if self._published is None else self._published
        try:
            combine(*_entries(self.release, _in_force(day, published.values())))
        except CatalogueError as error:
            return str(error)
        return None

    def shipped(self, kind: Kind) -> Mapping[str, Article | Question]:
        """What the release brings, by slug."""
        return self.release.articles if kind == "article" else self.release.questions


def read_published(row: Mapping[str, Any], catalogue: Catalogue) -> Published:
    """A row of `content_versions`. Raises CatalogueError, msgspec.ValidationError."""
    entry = None
    if not row["is_withdrawal"]:
        entry = entry_of(
            row["kind"],
            row["slug"],
            row["version"],
            row["effective_from"],
            msgspec.json.decode(row["body"]),
            catalogue,
        )
    return Published(row["kind"], row["slug"], row["version"], row["effective_from"], entry)


def entry_of(
    kind: Kind, slug: str, version: int, day: date, body: Mapping[str, Any], catalogue: Catalogue
) -> Article | Question:
    """An article or a question as it is shown. Raises CatalogueError, msgspec.ValidationError.

    A question is asked under a name of its version: answers point at what was asked, whatever comes after it.
    """
    where = f"{kind} {slug}, version {version}"
    if kind == "article":
        return filled_article(
            where, msgspec.convert({**body, "slug": slug, "updated_on": day}, Article), catalogue
        )
    return filled_question(where, msgspec.convert({**body, "id": f"{slug}@{version}"}, Question), catalogue)


def knowledge_on(day: date, shipped: Knowledge, published: Iterable[Published]) -> Knowledge:
    """What holds on a day: of each slug the newest published version that has begun, else what the release brings.

    What does not fit together, because a release changed what versions were checked against, is left out, never
    the page of all the others.
    """
    everything = list(published)
    articles, questions = _entries(shipped, _in_force(day, everything))
    by_slug = {
        each.slug: each for each in sorted(articles, key=lambda article: (article.position, article.slug))
    }
    bank = {each.id: each for each in questions if each.article in by_slug}
    if len(bank) < QUESTIONS_PER_DAY:
        log.warning("quiz_of_the_release", questions=len(bank))
        bank = dict(shipped.questions)
    asked = {each.entry.id: each.entry for each in everything if isinstance(each.entry, Question)}
    earlier = {id_: each for id_, each in (shipped.questions | asked).items() if id_ not in bank}
    return Knowledge(by_slug or shipped.articles, bank, earlier)


def _in_force(day: date, published: Iterable[Published]) -> dict[tuple[Kind, str], Published]:
    held: dict[tuple[Kind, str], Published] = {}
    for each in published:
        known = held.get((each.kind, each.slug))
        if each.effective_from <= day and (known is None or known.version < each.version):
            held[each.kind, each.slug] = each
    return held


def _entries(
    shipped: Knowledge, held: Mapping[tuple[Kind, str], Published]
) -> tuple[list[Article], list[Question]]:
    articles: dict[str, Article] = dict(shipped.articles)
    questions: dict[str, Question] = dict(shipped.questions)
    for (kind, slug), version in held.items():
        articles.pop(slug, None) if kind == "article" else questions.pop(slug, None)
        if isinstance(version.entry, Article):
            articles[slug] = version.entry
        elif isinstance(version.entry, Question):
            questions[slug] = version.entry
    return list(articles.values()), list(questions.values())
