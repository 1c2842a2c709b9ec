"""Refusals as problem documents (RFC 9457), in the language that was asked for."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from backend.errors import InternalError, Refusal
from backend.errors.community.community import ConsentNeeded
from backend.errors.facts import known_only, typed
from backend.ledger.command import RefusalFacts
from backend.messages.encoding import encode
from backend.messages.shape import Problem, ProblemError
from backend.tenant import per_tenant
from backend.texts import LANGUAGES


def all_refusals() -> dict[str, type[Refusal]]:
    """Every class of refusal by its code; each has a page at /problems/<code>."""
    found: dict[str, type[Refusal]] = {}
    open_classes: list[type[Refusal]] = [Refusal]
    while open_classes:
        cls = open_classes.pop()
        open_classes.extend(cls.__subclasses__())
        if "code" in cls.__dict__:
            found[cls.code] = cls
    return found


@cache
def _refusal_class(code: str) -> type[Refusal]:
    return all_refusals().get(code, InternalError)


@per_tenant
def _without_facts(code: str, status: int, language: str) -> bytes:
    """The document of a refusal that says the same to everybody, up to the path that it was refused at."""
    cls = _refusal_class(code)
    refusal = cls()
    problem = Problem(
        type=f"/problems/{cls.code}",
        title=refusal.title(language),
        status=status,
        detail=refusal.detail(language),
        code=cls.code,
    )
    return encode(problem)[:-1] + b',"instance":'


def problem_body(status: int, refused: RefusalFacts, language: str, path: str) -> bytes:
    """A problem document from a refusal's code and facts as the ledger keeps them."""
    if not refused.facts and not refused.errors:
        return _without_facts(refused.code, status, language) + encode(path) + b"}"
    cls = _refusal_class(refused.code)
    facts = typed(refused.facts)
    # A sentence of its own reads lists as one text, as they were stored before.
    given: dict[str, Any] = {
        name: ", ".join(map(str, fact)) if isinstance(fact, list) else fact
        for name, fact in facts.items()
        if name != "retry_after_s"
    }
    refusal = cls(errors=refused.errors, **given)
    return encode(
        Problem(
            type=f"/problems/{cls.code}",
            title=refusal.title(language),
            status=status,
            detail=refusal.detail(language),
            code=cls.code,
            instance=path,
            scope=given.get("scope") if cls is ConsentNeeded else None,
            facts=known_only(facts),
            errors=[
                ProblemError(
                    pointer=each.pointer, code=each.code, detail=each.detail(language), facts=each.facts
                )
                for each in refused.errors
            ]
            + [ProblemError(*error) for error in refusal.row_errors(language)],
        )
    )


_BY_PRIMARY = {"*": LANGUAGES[0]} | {each.partition("-")[0].lower(): each for each in LANGUAGES}


@lru_cache(maxsize=512)
def language_of(header: bytes | None) -> str:
    """The language of ours that the Accept-Language header likes best; the first when it says nothing."""
    if not header:
        return LANGUAGES[0]
    best, best_weight = LANGUAGES[0], -1.0
    for part in header.decode("latin-1").split(",")[:20]:
        tag, _, parameter = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        name, _, text = parameter.strip().partition("=")
        try:
            weight = float(text) if name == "q" else 1.0
        except ValueError:
            continue
        language = _BY_PRIMARY.get(primary)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best
