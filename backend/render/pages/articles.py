"""Articles and quiz questions as everybody sees them, for their pages and for who writes them."""

from __future__ import annotations

from backend.catalogue import Catalogue
from backend.domain.community.knowledge import LETTERS, Article, Question
from backend.render.pages.html import render


def article_facts(article: Article, catalogue: Catalogue) -> dict[str, object]:
    """What the page of an article shows besides the one that follows."""
    return {
        "article": article,
        "methods": [catalogue.methods[code] for code in article.method_codes],
        "factors": [catalogue.factors[factor_id] for factor_id in article.factor_ids],
        "sources": [catalogue.sources[source_id] for source_id in article.source_ids],
    }


def preview_page(entry: Article | Question, catalogue: Catalogue, language: str, *, is_demo: bool) -> str:
    """The page of an article, or a question as a citizen is asked it with what is told after the answer."""
    if isinstance(entry, Article):
        facts = article_facts(entry, catalogue)
        return render("site/article.html", language, is_demo, following=None, **facts).decode()
    return render(
        "site/question.html",
        language,
        is_demo,
        question=entry,
        choices=list(zip(LETTERS, entry.choices, strict=True)),
        sources=[catalogue.sources[source_id] for source_id in entry.source_ids],
    ).decode()
