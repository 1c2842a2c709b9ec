"""Secrets at rest open with their key and in their own row, and nowhere else."""

from __future__ import annotations

import pytest

from backend.domain.encryption import CannotUnseal, Seal, Sealed

SECRET = b"a secret"
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}


def test_what_was_sealed_opens() -> None:
    seal = Seal(OLD)
    assert seal.open(seal.close(SECRET, "row-1"), "row-1") == SECRET


def test_the_same_secret_never_looks_the_same() -> None:
    seal = Seal(OLD)
    assert seal.close(SECRET, "row-1").text != seal.close(SECRET, "row-1").text
    assert SECRET not in seal.close(SECRET, "row-1").text


def test_the_first_key_seals_and_all_open() -> None:
    earlier = Seal(OLD).close(SECRET, "row-1")
    both = Seal(NEW | OLD)
    assert both.open(earlier, "row-1") == SECRET
    assert both.close(SECRET, "row-1").key_id == "new"


@pytest.mark.parametrize("change", ["row", "key", "gone", "text", "short"])
def test_what_is_not_what_was_sealed_stays_closed(change: str) -> None:
    sealed = Seal(OLD).close(SECRET, "row-1")
    seal, row = Seal(OLD), "row-1"
    if change == "row":
        row = "row-2"
    elif change == "key":
        seal = Seal({"old": b"x" * 32})
    elif change == "gone":
        seal = Seal(NEW)
    elif change == "text":
        sealed = Sealed(sealed.key_id, sealed.text[:-1] + bytes([sealed.text[-1] ^ 1]))
    else:
        sealed = Sealed(sealed.key_id, sealed.text[:5])
    with pytest.raises(CannotUnseal):
        seal.open(sealed, row)
