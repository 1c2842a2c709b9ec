"""WeRun: steps that WeChat counted, encrypted by WeChat for this mini-program. Pure.

    key = base64(session_key)      plain = AES-128-CBC(key, iv, data) without PKCS#7 padding
    JSON {stepInfoList: [{timestamp, step}], watermark: {appid, timestamp}}

Nothing authenticates the ciphertext but what is inside it, so whoever may try changed payloads must not learn
how far one got: every step is taken whatever became of the one before, and there is one refusal for all.

Source: WeChat mini-program documents, wx.getWeRunData and "signature and encryption of open data".
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, TypeVar

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from backend.domain.days import day_of
from backend.errors.actions.werun_steps import (
    DecryptFailed,
    SessionKeyMalformed,
    WatermarkAppidMismatch,
    WatermarkExpired,
)

BLOCK_BYTES = 16
FRESH_S = 300
"""How far a watermark may lie from our clock, either way."""
DAYS_MAX = 31
"""Today and the thirty days before it: as many as WeChat gives."""
STEPS_PER_DAY_MAX = 100_000
"""Nobody walks more; a higher number is cut to this. The method's own quantity_max is the same."""
ITEMS_MAX = 64

Second = Annotated[int, msgspec.Meta(ge=0, le=32_503_680_000)]
"""A Unix second before the year 3000, so that every one is a date."""

T = TypeVar("T")


class StepInfo(msgspec.Struct, frozen=True):
    timestamp: Second
    step: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Watermark(msgspec.Struct, frozen=True):
    appid: str
    timestamp: Second


class WeRunData(msgspec.Struct, frozen=True):
    """The content of a payload."""

    steps: Annotated[tuple[StepInfo, ...], msgspec.Meta(max_length=ITEMS_MAX)] = msgspec.field(
        name="stepInfoList"
    )
    watermark: Watermark


def decrypt(session_key: str, iv: str, encrypted_data: str, shape: type[T]) -> T:
    """Decrypt a payload. Raises SessionKeyMalformed, or DecryptFailed for anything else."""
    key = _bytes_of(session_key)
    if key is None or len(key) != BLOCK_BYTES:
        raise SessionKeyMalformed
    iv_bytes, sealed = _bytes_of(iv), _bytes_of(encrypted_data)
    is_good = iv_bytes is not None and len(iv_bytes) == BLOCK_BYTES
    is_good &= sealed is not None and len(sealed) > 0 and len(sealed) % BLOCK_BYTES == 0
    if iv_bytes is None or sealed is None or not is_good:
        iv_bytes, sealed = bytes(BLOCK_BYTES), bytes(BLOCK_BYTES)
    decryptor = Cipher(AES(key), CBC(iv_bytes)).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()
    padding = _padding_of(plain)
    is_good &= padding > 0
    body = plain[: len(plain) - padding]
    text = body.decode("utf-8", errors="replace")
    is_good &= hmac.compare_digest(text.encode("utf-8"), body)
    try:
        found = msgspec.json.decode(text, type=shape)
    except (msgspec.DecodeError, RecursionError):
        found = None
    # Raised outside the `except`, or the refusal would carry what was wrong with it.
    if found is None or not is_good:
        raise DecryptFailed
    return found


def check_watermark(watermark: Watermark, appid: str, now: datetime) -> None:
    """Raises WatermarkAppidMismatch for another mini-program's payload, WatermarkExpired for an old one."""
    if not hmac.compare_digest(watermark.appid.encode(), appid.encode()):
        raise WatermarkAppidMismatch
    if abs(now.timestamp() - watermark.timestamp) > FRESH_S:
        raise WatermarkExpired(seconds_max=FRESH_S)


def steps_by_day(items: Iterable[StepInfo], *, member_since: date, now: datetime) -> dict[date, int]:
    """The most steps reported for each day that counts, oldest first.

    A day counts if it is not before the account's first day, within thirty days back from today, and not after today.
    """
    today = day_of(now)
    first = max(member_since, today - timedelta(days=DAYS_MAX - 1))
    most: dict[date, int] = {}
    for item in items:
        day = day_of(datetime.fromtimestamp(item.timestamp, UTC))
        if first <= day <= today and item.step > 0:
            most[day] = max(most.get(day, 0), min(item.step, STEPS_PER_DAY_MAX))
    return dict(sorted(most.items()))


def encrypt(session_key: str, content: object) -> tuple[str, str]:
    """(iv, encrypted_data) as WeChat gives them to a phone: for the demo, which has no WeChat."""
    key = _bytes_of(session_key)
    if key is None or len(key) != BLOCK_BYTES:
        raise SessionKeyMalformed
    plain = msgspec.json.encode(content)
    padding = BLOCK_BYTES - len(plain) % BLOCK_BYTES
    iv = os.urandom(BLOCK_BYTES)
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(iv).decode(), base64.b64encode(sealed).decode()


def _bytes_of(text: str) -> bytes | None:
    try:
        # A form's encoding makes a blank of each +, and a mail client breaks lines: base64 has neither.
        return base64.b64decode("".join(text.strip().replace(" ", "+").split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _padding_of(plain: bytes) -> int:
    """Bytes of PKCS#7 padding at the end, 0 when it is malformed. Reads all of the last block in any case."""
    last = plain[-1]
    wrong = 0
    for back in range(1, BLOCK_BYTES + 1):
        wrong |= (plain[-back] ^ last) * (back <= last)
    return last * (not wrong and 1 <= last <= BLOCK_BYTES)
