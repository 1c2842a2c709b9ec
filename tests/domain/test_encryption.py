"""Secrets at rest open with their key and in their own row, and nowhere else."""

from __future__ import annotations

import pytest

from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor

SECRET = b"a secret"
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}


def test_what_was_encrypted_can_be_decrypted() -> None:
    encryptor = Encryptor(OLD)
    assert encryptor.decrypt(encryptor.encrypt(SECRET, "row-1"), "row-1") == SECRET


def test_the_same_secret_never_looks_the_same() -> None:
    encryptor = Encryptor(OLD)
    assert encryptor.encrypt(SECRET, "row-1").text != encryptor.encrypt(SECRET, "row-1").text
    assert SECRET not in encryptor.encrypt(SECRET, "row-1").text


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    earlier = Encryptor(OLD).encrypt(SECRET, "row-1")
    both = Encryptor(NEW | OLD)
    assert both.decrypt(earlier, "row-1") == SECRET
    assert both.encrypt(SECRET, "row-1").key_id == "new"


@pytest.mark.parametrize("change", ["row", "key", "gone", "text", "short"])
def test_what_is_not_what_was_encrypted_stays_closed(change: str) -> None:
    encrypted = Encryptor(OLD).encrypt(SECRET, "row-1")
    encryptor, row = Encryptor(OLD), "row-1"
    if change == "row":
        row = "row-2"
    elif change == "key":
        encryptor = Encryptor({"old": b"x" * 32})
    elif change == "gone":
        encryptor = Encryptor(NEW)
    elif change == "text":
        encrypted = Encrypted(encrypted.key_id, encrypted.text[:-1] + bytes([encrypted.text[-1] ^ 1]))
    else:
        encrypted = Encrypted(encrypted.key_id, encrypted.text[:5])
    with pytest.raises(CannotDecrypt):
        encryptor.decrypt(encrypted, row)
