"""Refusals as problem documents (RFC 9457), in the language that was asked for."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from backend.errors import InternalError, Refusal
from backend.ledger.command import RefusalFacts
from backend.messages.encoding import encode
from backend.messages.shape import Problem
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


def problem_body(status: int, refused: RefusalFacts, language: str, path: str) -> bytes:
    """A problem document from a refusal's code and facts as the ledger keeps them."""
    cls = _refusal_class(refused.code)
    facts: dict[str, Any] = {**refused.facts}
    refusal = cls(**facts)
    return encode(
        Problem(
            type=f"/problems/{cls.code}",
            title=refusal.title(language),
            status=status,
            detail=refusal.detail(language),
            code=cls.code,
            instance=path,
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
