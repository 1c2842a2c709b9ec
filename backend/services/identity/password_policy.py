"""The list of common passwords, and the hash of a password that may be had."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backend.domain.identity.passwords import check_password
from backend.services.identity.password_hashing import hashed


@cache
def common_passwords() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("# "))


async def allowed_hash(password: str, username: str) -> str:
    """Raises PasswordTooShort, PasswordIsName, PasswordCommon."""
    check_password(password, username, common_passwords())
    return await hashed(password)
