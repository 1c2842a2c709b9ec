"""What of an event's account a verifier reviews, how far the review has come, and which opinion may be signed.

Every item of the account is reviewed: each line that counts, the people's footprints as one item, each group that is
declared as none, each venue's year that is counted within. A review is of an item as it was seen: a line that another
supersedes, or people whose sum changes, are open again.

Sources: ISO 14064-3:2019 (levels of assurance, materiality, opinions: unmodified, modified, adverse).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final, Literal

import msgspec

from backend.domain.certificates.canonical_json import Document, canonical_bytes
from backend.domain.inventory.account import WholeAccount
from backend.errors.verification import VerificationEmpty, VerificationOpen, VerificationOpinionTooGood

VERIFICATION_TYPE: Final = "tianfu-verification-v1"
ACCOUNT_TYPE: Final = "tianfu-verified-account-v1"

Kind = Literal["line", "people", "none", "included"]
Assurance = Literal["reasonable", "limited"]
Opinion = Literal["unqualified", "qualified", "adverse"]
PEOPLE = "people"


class AccountItem(msgspec.Struct, frozen=True):
    """One thing to review. `digest` is of what was seen: another digest is another item to the reviewer."""

    key: str
    kind: Kind
    grams: int
    digest: bytes


class Finding(msgspec.Struct, frozen=True):
    """What was found of an item, as it was then."""

    item: str
    digest: bytes
    decision: Literal["confirmed", "refused"]
    materiality_g: int | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a review has come, in items and in gCO2e of items."""

    items: int
    open: int
    confirmed: int
    refused: int
    total_g: int
    confirmed_g: int
    material_g: int
    """What the refused items are wrong by."""

    @property
    def covered_tenths(self) -> int:
        """Per mille of the grams that are confirmed, cut off; of an account of nothing, of the items."""
        if self.total_g:
            return 1000 * self.confirmed_g // self.total_g
        return 1000 * self.confirmed // self.items if self.items else 0


def account_items(
    lines: Sequence[Mapping[str, Any]], absences: Iterable[Mapping[str, Any]], account: WholeAccount
) -> list[AccountItem]:
    """The items of an account, the largest first: a sample in this order covers the most grams with the least work."""
    found = [
        _item(f"line:{line['id']}", "line", line["emission_g"], [str(line["id"]), line["emission_g"]])
        for line in lines
    ]
    people = account.people
    if people.people or account.people_g:
        seen = [people.people, people.scanned, people.total_g, account.people_g, account.half_width_g]
        found.append(_item(PEOPLE, "people", account.people_g, [*seen, account.factor_set]))
    found += [
        _item(f"none:{row['grouping']}", "none", 0, [row["grouping"], row["reason"]]) for row in absences
    ]
    found += [
        _item(f"included:{each.slug}", "included", each.lines_g, [each.slug, each.lines_g])
        for each in account.included
    ]
    return sorted(found, key=lambda each: (-each.grams, each.key))


def _item(key: str, kind: Kind, grams: int, seen: list[object]) -> AccountItem:
    return AccountItem(key, kind, grams, sha256(canonical_bytes([key, *seen])).digest())


def account_digest(items: Iterable[AccountItem], account: WholeAccount) -> bytes:
    """What a signature is about: every item as it was seen, and the sums that follow from them."""
    document: Document = {
        "type": ACCOUNT_TYPE,
        "items": [[each.key, each.grams, each.digest.hex()] for each in items],
        "low_g": account.low_g,
        "estimate_g": account.estimate_g,
        "high_g": account.high_g,
        "factor_set": account.factor_set,
        "boundary": account.boundary.code,
        "days": [day.isoformat() for day in account.days],
    }
    return sha256(canonical_bytes(document)).digest()


def standing_findings(items: Iterable[AccountItem], findings: Iterable[Finding]) -> dict[str, Finding]:
    """By item, the newest finding of it as it is now; items without one are open. `findings` are oldest first."""
    now = {each.key: each.digest for each in items}
    newest = {each.item: each for each in findings}
    return {key: each for key, each in newest.items() if now.get(key) == each.digest}


def progress_of(items: Sequence[AccountItem], standing: Mapping[str, Finding]) -> Progress:
    """How far a review has come."""
    confirmed = [
        each for each in items if each.key in standing and standing[each.key].decision == "confirmed"
    ]
    refused = [each for each in standing.values() if each.decision == "refused"]
    return Progress(
        items=len(items),
        open=len(items) - len(standing),
        confirmed=len(confirmed),
        refused=len(refused),
        total_g=sum(each.grams for each in items),
        confirmed_g=sum(each.grams for each in confirmed),
        material_g=sum(each.materiality_g or 0 for each in refused),
    )


def is_material(material_g: int, estimate_g: int, threshold_pct: Decimal) -> bool:
    """Whether what is wrong reaches the threshold, a percentage of the account's estimate."""
    return material_g > 0 and 100 * material_g >= threshold_pct * estimate_g


def check_opinion(opinion: Opinion, progress: Progress, estimate_g: int, threshold_pct: Decimal) -> None:
    """Let an opinion be signed that the review bears.

    Raises VerificationEmpty where there is nothing to verify, VerificationOpen while an item is neither confirmed nor
    refused, VerificationOpinionTooGood for an unqualified one where what was refused is material.
    """
    if not progress.items:
        raise VerificationEmpty
    if progress.open:
        raise VerificationOpen(open_items=progress.open)
    if opinion == "unqualified" and is_material(progress.material_g, estimate_g, threshold_pct):
        raise VerificationOpinionTooGood(material_g=progress.material_g, threshold_pct=float(threshold_pct))
