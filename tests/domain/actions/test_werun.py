"""What WeChat encrypts is read as WeChat says, and what somebody changed is refused without a hint."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from backend.domain.actions.werun import (
    BLOCK_BYTES,
    DAYS_MAX,
    FRESH_S,
    ITEMS_MAX,
    STEPS_PER_DAY_MAX,
    StepInfo,
    Watermark,
    WeRunData,
    check_watermark,
    decrypt,
    encrypt,
    steps_by_day,
)
from backend.errors.actions.werun_steps import (
    DecryptFailed,
    SessionKeyMalformed,
    WatermarkAppidMismatch,
    WatermarkExpired,
)
from tests.shipped import shipped_catalogue

# WeChat's public demo of encrypted data.
APPID = "wx4f4bc4dec97d474b"
SESSION_KEY = "tiihtNczf5v6AKRyjwEUhQ=="
IV = "r7BXXKkLb8qrSNn05n0qiA=="
ENCRYPTED_DATA = (
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRg"
    "v+4lGOETKUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7U"
    "L/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3"
    "g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFd"
    "lqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK"
    "01EpqOyuxINew=="
)
NOW = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)


class _Person(msgspec.Struct):
    openId: str
    nickName: str
    watermark: Watermark


def data_of(**changes: Any) -> dict[str, Any]:
    second = int(NOW.timestamp())
    return {
        "stepInfoList": [{"timestamp": second - 86_400, "step": 6000}, {"timestamp": second, "step": 8000}],
        "watermark": {"appid": APPID, "timestamp": second},
    } | changes


def sealed(plain: bytes, *, padding: bytes | None = None, key: str = SESSION_KEY) -> tuple[str, str]:
    """A payload of any bytes, with any padding: what WeChat never sends."""
    count = BLOCK_BYTES - len(plain) % BLOCK_BYTES
    iv = hashlib.sha256(plain).digest()[:BLOCK_BYTES]
    encryptor = Cipher(AES(base64.b64decode(key)), CBC(iv)).encryptor()
    text = encryptor.update(plain + (bytes([count]) * count if padding is None else padding))
    return base64.b64encode(iv).decode(), base64.b64encode(text + encryptor.finalize()).decode()


def refusal_of(iv: str, encrypted_data: str, key: str = SESSION_KEY) -> str:
    with pytest.raises(DecryptFailed) as caught:
        decrypt(key, iv, encrypted_data, WeRunData)
    # A refusal that carries its cause would tell in a log what it hides from the caller.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return f"{caught.value.code} {caught.value.detail('en')} {caught.value.facts}"


NO_ORACLE = f"decrypt_failed {DecryptFailed().detail('en')} {{}}"


def test_wechats_own_example_is_read_as_wechat_says() -> None:
    person = decrypt(SESSION_KEY, IV, ENCRYPTED_DATA, _Person)
    assert (person.openId, person.nickName) == ("oGZUI0egBJY1zhBYw2KhdUfwVJJE", "Band")
    assert person.watermark == Watermark(APPID, 1_477_314_187)
    check_watermark(person.watermark, APPID, datetime.fromtimestamp(1_477_314_187, UTC))


def test_somebody_elses_data_are_not_steps() -> None:
    assert refusal_of(IV, ENCRYPTED_DATA) == NO_ORACLE


def test_what_is_encrypted_here_is_read_again() -> None:
    for size in range(40):
        steps = tuple(StepInfo(second, 7) for second in range(size))
        data = WeRunData(steps, Watermark(APPID, size))
        assert decrypt(SESSION_KEY, *encrypt(SESSION_KEY, data), WeRunData) == data


def test_every_byte_that_is_changed_gives_the_same_refusal() -> None:
    iv, encrypted_data = sealed(msgspec.json.encode(data_of()))
    raw_iv, raw = base64.b64decode(iv), base64.b64decode(encrypted_data)
    told = set()
    for flip in (0x01, 0x80, 0xFF):
        for place in range(len(raw)):
            changed = bytearray(raw)
            changed[place] ^= flip
            told.add(refusal_of(iv, base64.b64encode(changed).decode()))
        for place in range(BLOCK_BYTES):
            changed = bytearray(raw_iv)
            changed[place] ^= flip
            told.add(refusal_of(base64.b64encode(changed).decode(), encrypted_data))
    assert told == {NO_ORACLE}


@pytest.mark.parametrize("padding", [bytes([last]) * BLOCK_BYTES for last in range(256) if last != 16])
def test_padding_that_is_none_is_refused_like_anything_else(padding: bytes) -> None:
    body = msgspec.json.encode(data_of())
    body += b" " * (-len(body) % BLOCK_BYTES)
    last = padding[-1]
    if 1 <= last < BLOCK_BYTES:
        # A shorter padding would be right at the end and leave its own beginning in the text: that is no JSON.
        padding = b"\x00" * (BLOCK_BYTES - 1) + bytes([last])
        padding = padding if last > 1 else b"\x02" * (BLOCK_BYTES - 1) + b"\x01"
    assert refusal_of(*sealed(body, padding=padding)) == NO_ORACLE


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe\xfd",
        b'{"stepInfoList": [], "watermark": {"appid": "\xff", "timestamp": 1}}',
        b'{"stepInfoList": []}',
        b'{"watermark": {"appid": "a", "timestamp": 1}}',
        b'{"stepInfoList": [], "watermark": {"appid": "a"}}',
        b'{"stepInfoList": [{"timestamp": 1}], "watermark": {"appid": "a", "timestamp": 1}}',
        b'{"stepInfoList": [{"timestamp": 1, "step": -1}], "watermark": {"appid": "a", "timestamp": 1}}',
        b'{"stepInfoList": [{"timestamp": 1, "step": 1.5}], "watermark": {"appid": "a", "timestamp": 1}}',
        b'{"stepInfoList": [{"timestamp": 1e99, "step": 1}], "watermark": {"appid": "a", "timestamp": 1}}',
        b'{"stepInfoList": [], "watermark": {"appid": 5, "timestamp": 1}}',
        b'{"x": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"stepInfoList": ['
        + b",".join([b'{"timestamp": 1, "step": 1}'] * (ITEMS_MAX + 1))
        + b'], "watermark": {"appid": "a", "timestamp": 1}}',
    ],
    ids=range(17),
)
def test_content_that_is_not_what_was_agreed_is_refused_like_anything_else(plain: bytes) -> None:
    assert refusal_of(*sealed(plain)) == NO_ORACLE


@pytest.mark.parametrize(
    ("iv", "encrypted_data"),
    [
        ("", ENCRYPTED_DATA),
        ("====", ENCRYPTED_DATA),
        ("r7BXXKkLb8qrSNn05n0q", ENCRYPTED_DATA),
        ("步", ENCRYPTED_DATA),
        (IV, ""),
        (IV, "步数"),
        (IV, "not base64!"),
        (IV, base64.b64encode(b"x" * 17).decode()),
        (IV, f" {ENCRYPTED_DATA}"),
        (IV, ENCRYPTED_DATA.replace("+", "-")),
    ],
)
def test_what_is_no_payload_at_all_is_refused_like_anything_else(iv: str, encrypted_data: str) -> None:
    assert refusal_of(iv, encrypted_data) == NO_ORACLE


def test_another_session_key_is_refused_like_anything_else() -> None:
    iv, encrypted_data = sealed(msgspec.json.encode(data_of()))
    for _ in range(300):
        assert refusal_of(iv, encrypted_data, base64.b64encode(os.urandom(16)).decode()) == NO_ORACLE


@pytest.mark.parametrize("size", [0, 1, 15, 17, 24, 32])
def test_a_session_key_of_another_length_is_malformed(size: int) -> None:
    key = base64.b64encode(b"k" * size).decode()
    with pytest.raises(SessionKeyMalformed):
        decrypt(key, IV, ENCRYPTED_DATA, _Person)
    with pytest.raises(SessionKeyMalformed):
        encrypt(key, {})


def test_a_watermark_is_ours_and_fresh_to_the_second() -> None:
    second = int(NOW.timestamp())
    for off in (-FRESH_S, 0, FRESH_S):
        check_watermark(Watermark(APPID, second + off), APPID, NOW)
    for off in (-FRESH_S - 1, FRESH_S + 1):
        with pytest.raises(WatermarkExpired):
            check_watermark(Watermark(APPID, second + off), APPID, NOW)
    for appid in ("", APPID[:-1], f"{APPID} ", APPID.upper(), "微信"):
        with pytest.raises(WatermarkAppidMismatch):
            check_watermark(Watermark(appid, second), APPID, NOW)


def test_a_day_keeps_its_most_steps_and_only_days_that_count_are_kept() -> None:
    midnight = datetime(2026, 6, 30, 16, tzinfo=UTC)  # 1 July in Chengdu

    def at(days: float, step: int) -> StepInfo:
        return StepInfo(int((midnight + timedelta(days=days)).timestamp()), step)

    items = [
        *(at(0, 500), at(0.5, 900), at(0.9, 700)),
        at(-0.001, 333),  # the last minutes of 30 June
        at(1, 999),  # tomorrow
        at(-2, 0),
        *(at(-30, 30), at(-31, 31)),
        at(-3, STEPS_PER_DAY_MAX + 1),
    ]
    long_ago = date(2020, 1, 1)
    found = steps_by_day(items, member_since=long_ago, now=NOW)
    assert found == {
        date(2026, 6, 1): 30,
        date(2026, 6, 28): STEPS_PER_DAY_MAX,
        date(2026, 6, 30): 333,
        date(2026, 7, 1): 900,
    }
    assert list(found) == sorted(found)
    assert list(steps_by_day(items, member_since=date(2026, 6, 30), now=NOW)) == [
        date(2026, 6, 30),
        date(2026, 7, 1),
    ]
    month = [at(-back, 100) for back in range(40)]
    assert len(steps_by_day(month, member_since=long_ago, now=NOW)) == DAYS_MAX


def test_what_is_believed_of_a_day_is_what_the_method_takes() -> None:
    assert shipped_catalogue().methods["walk_steps"].quantity_max == STEPS_PER_DAY_MAX


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("+", " "),
        lambda text: text[:60] + "\r\n" + text[60:],
        lambda text: text + "\n",
    ],
)
def test_what_a_form_or_a_mail_does_to_base64_is_undone(change: Callable[[str], str]) -> None:
    whole = decrypt(SESSION_KEY, IV, ENCRYPTED_DATA, _Person)
    assert decrypt(SESSION_KEY, change(IV), change(ENCRYPTED_DATA), _Person) == whole
