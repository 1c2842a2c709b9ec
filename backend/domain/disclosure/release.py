"""A release as a document: numbered, chained by hash to the one before, in canonical JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

import msgspec

from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.certificates.signatures import instant
from backend.domain.days import day_of

RELEASE_TYPE = "tianfu-disclosure-v1"
ENTRY_TYPE = "tianfu-disclosure-entry-v1"
Kind = Literal["event", "month", "quarter", "year", "organisation"]
NUMBER_PATTERN = r"^D-20[0-9]{2}-[0-9]{6}$(?!\n)"
_NUMBER = re.compile(NUMBER_PATTERN)
NUMBERS_PER_YEAR_MAX = 999_999


class Correction(msgspec.Struct, frozen=True):
    """What a release corrects and why."""

    number: str
    sha256: str
    reason: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be released; its number, its instant and its link to the one before are given on publication."""

    kind: Kind
    subject: str
    period_from: date
    period_to: date
    content: Mapping[str, Any]
    corrects: Correction | None = None


class Link(msgspec.Struct, frozen=True):
    """The end of the chain: the newest release, or nothing yet."""

    sequence: int = 0
    number: str | None = None
    sha256: bytes | None = None


class Release(msgspec.Struct, frozen=True):
    """A numbered release: `body` are its bytes, `digest` their SHA-256."""

    number: str
    sequence: int
    body: bytes
    digest: bytes


def spelled_number(typed: str) -> str | None:
    """A release's number as it is spelled; None for what is none."""
    number = typed.strip().upper()
    return number if _NUMBER.fullmatch(number) else None


def number_after(last: str | None, at: datetime) -> str:
    """The next number: counted within the year in Shanghai, without a gap.

    A clock that goes back keeps counting in the year of the release before.
    """
    year = day_of(at).year
    if last is not None:
        last_year, count = int(last[2:6]), int(last[7:])
        if last_year >= year:
            assert count < NUMBERS_PER_YEAR_MAX
            return f"D-{last_year}-{count + 1:06}"
    return f"D-{year}-000001"


def release_after(last: Link, draft: Draft, at: datetime) -> Release:
    """The release that follows `last`."""
    number = number_after(last.number, at)
    document: Document = {
        "type": RELEASE_TYPE,
        "number": number,
        "sequence": last.sequence + 1,
        "kind": draft.kind,
        "subject": draft.subject,
        "period": {"from": draft.period_from.isoformat(), "to": draft.period_to.isoformat()},
        "published_at": instant(at),
        "previous_sha256": None if last.sha256 is None else last.sha256.hex(),
        "corrects": None if draft.corrects is None else msgspec.structs.asdict(draft.corrects),
        "content": plain(draft.content),
    }
    body = canonical_bytes(document)
    return Release(number, last.sequence + 1, body, sha256(body).digest())


def entry_document_of(number: str, digest: bytes, previous: bytes | None, published_at: datetime) -> Document:
    """What the transparency log holds of a release."""
    return {
        "type": ENTRY_TYPE,
        "number": number,
        "sha256": digest.hex(),
        "previous_sha256": None if previous is None else previous.hex(),
        "published_at": instant(published_at),
    }


def plain(value: Any) -> Any:
    """A value as canonical JSON has it: shares as texts, days and instants as RFC 3339, structs as objects."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    if isinstance(value, msgspec.Struct):
        return plain(msgspec.to_builtins(value, builtin_types=(Decimal, datetime, date)))
    return value


def changed_figures(
    before: Mapping[str, Any], after: Mapping[str, Any], path: str = ""
) -> list[dict[str, Any]]:
    """Figures and words that differ between two releases' contents, each by its path; lists are compared by place."""
    found: list[dict[str, Any]] = []
    for name in sorted(before.keys() | after.keys()):
        one, other, here = before.get(name), after.get(name), f"{path}.{name}" if path else name
        if isinstance(one, list | Mapping) or isinstance(other, list | Mapping):
            found += changed_figures(_by_place(one), _by_place(other), here)
        elif one != other:
            found.append({"figure": here, "before": one, "after": other})
    return found


def _by_place(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    return {f"{at:04}": each for at, each in enumerate(value or ())}
