"""The text in a QR code: a kind letter, a key id, the event's code, a number, a truncated MAC.

    B k EEEEE . serial . mac              badge: static, bound to the first citizen who scans it
    V k EEEEE . gate . step . mac         venue screen: good for its 30 s step and one step either side
    T k EEEEE . gate . step . mac         ticket: what a phone that showed a venue's code in time gets for it,
                                          good for ten minutes and for that citizen alone
    S k CCCCC . revision . mac            certified scene: a shop's static sign; a new revision replaces a stolen one
    W k EEEEE . poster . mac              poster on a wall: static, good within the windows that staff open for it
    P k EEEEE . pass . step . mac         a citizen's own pass on their phone, for staff to scan: good for its 60 s
                                          step and one step either side

`k` is one character that names the key, `EEEEE` the event's five characters, `CCCCC` the scene's, numbers are
base 36 in small letters, the MAC is the first 72 bits of HMAC-SHA256 in base64url. The longest is 32 characters,
the 32 that a mini-program code's `scene` allows, and of its alphabet. No database is asked to tell a forged
code.

A 72-bit MAC can be tried only online, one request a guess; half of 2^72 guesses at 10 000 a second take
seven million years.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, cast
from uuid import UUID

import msgspec

from backend.domain.scanned_texts import read_scanned
from backend.errors import CodeForged, CodeMalformed

EVENT_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EVENT_CODE_LENGTH = 5
CODE_LENGTH_MAX = 32
STEP_S = 30
STEPS_AROUND = 1
TICKET_STEPS = 20
"""Ten minutes to fill in a journey after scanning a screen."""
PASS_STEP_S = 60
SERIAL_MAX = 36**6 - 1
POSTER_MAX = 9999
PASS_MAX = 36**4 - 1
"""Passes of one event: four digits, which with a step of six leave a code its 32 characters."""
GATE_MAX = 999
MAC_BYTES = 9

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_WITHOUT_STEP = ("B", "S", "W")
"""Kinds that are printed once and never expire by themselves."""
# A bare code, or an address that holds nothing else: nearly every scan is one of them, and this is all they cost.
_FORM = re.compile(
    r"(?:https?://[A-Za-z0-9.:\[\]-]+/q/)?"
    r"(?P<body>(?P<kind>[BVTSWP])(?P<key>[0-9A-Za-z])(?P<event>[0-9A-HJKMNP-TV-Z]{5})"
    r"\.(?P<number>[0-9a-z]{1,6})(?:\.(?P<step>[0-9a-z]{1,7}))?)\.(?P<mac>[A-Za-z0-9_-]{12})"
)


class Code(msgspec.Struct, frozen=True):
    """A code whose MAC is right. `number` is a badge's serial, a venue's gate, a sign's revision, a poster's or a
    pass's number.

    An expired code is marked, not refused: a request repeated after its code expired gets its first answer.
    """

    kind: Literal["B", "V", "T", "S", "W", "P"]
    event_code: str
    """The five characters of the event, or of the scene."""
    number: int
    is_expired: bool

    @property
    def badge_serial(self) -> int | None:
        return self.number if self.kind == "B" else None

    @property
    def gate(self) -> int | None:
        return self.number if self.kind in ("V", "T") else None


class CodeKeys:
    """Makes and checks codes. The first key signs; all of them verify, so that operators can exchange keys."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        assert keys
        self._keys = dict(keys)
        self._signing_id = next(iter(self._keys))

    def badge(self, event_code: str, serial: int) -> str:
        """The code on a badge."""
        assert 1 <= serial <= SERIAL_MAX
        return self._signed(f"B{self._signing_id}{event_code}.{_base36(serial)}")

    def badge_under_every_key(self, event_code: str, serial: int) -> list[str]:
        """Every code that the badge may carry, whichever key signed when it was printed."""
        assert 1 <= serial <= SERIAL_MAX
        bodies = [(f"B{key_id}{event_code}.{_base36(serial)}", key) for key_id, key in self._keys.items()]
        return [f"{body}.{_mac(key, body)}" for body, key in bodies]

    def salt(self, event_code: str) -> bytes:
        """Sixteen bytes that are the same in every process, for an event's offline bundles."""
        # No code has a bar in it, so a salt is no code's MAC.
        message = f"bundle|{event_code}".encode("ascii")
        return hmac.digest(self._keys[self._signing_id], message, "sha256")[:16]

    def venue(self, event_code: str, gate: int, at: datetime) -> str:
        """The code a screen at `gate` shows at the instant `at`."""
        assert 1 <= gate <= GATE_MAX
        return self._signed(f"V{self._signing_id}{event_code}.{_base36(gate)}.{_base36(step_of(at))}")

    def ticket(self, event_code: str, gate: int, at: datetime, citizen_id: UUID) -> str:
        """A ticket for a citizen who showed a venue's code in time: the same gate, for ten minutes."""
        body = f"T{self._signing_id}{event_code}.{_base36(gate)}.{_base36(step_of(at))}"
        return self._signed(body, citizen_id)

    def sign(self, scene_code: str, revision: int) -> str:
        """The code on a certified scene's sign."""
        assert 1 <= revision <= SERIAL_MAX
        return self._signed(f"S{self._signing_id}{scene_code}.{_base36(revision)}")

    def poster(self, event_code: str, number: int) -> str:
        """The code on a poster; it counts only while staff have opened a window."""
        assert 1 <= number <= POSTER_MAX
        return self._signed(f"W{self._signing_id}{event_code}.{_base36(number)}")

    def citizen_pass(self, event_code: str, number: int, at: datetime) -> str:
        """The code that a citizen's phone shows to staff at the instant `at`."""
        assert 1 <= number <= PASS_MAX
        step = step_of(at, PASS_STEP_S)
        return self._signed(f"P{self._signing_id}{event_code}.{_base36(number)}.{_base36(step)}")

    def read(self, text: str, at: datetime, citizen_id: UUID | None = None) -> Code:
        """Read a scanned text and check its MAC. `citizen_id` is the caller's, for tickets.

        Takes the bare code, the address a QR holds (`https://…/q/<code>`), and either as scanners, phones and people
        hand it over (backend.domain.scanned_texts).
        Raises CodeMalformed, CodeForged.
        """
        found = self.read_exactly(text, at, citizen_id)
        if found is not None:
            return found
        # Nothing above is tried again here: a text stands for TRIES_MAX codes at most.
        scanned = read_scanned(text)
        if scanned.trouble is not None:
            raise CodeMalformed(reading=scanned.trouble)
        for code in scanned.codes:
            found = None if code == text else self.read_exactly(code, at, citizen_id)
            if found is not None:
                return found
        if scanned.codes[0] not in text and all(code[1] not in self._keys for code in scanned.codes):
            # It looks like a code only with other letters than those that came, and names a key that is none.
            raise CodeMalformed(reading="keyboard")
        raise CodeForged

    def read_exactly(self, text: str, at: datetime, citizen_id: UUID | None = None) -> Code | None:
        """Read a bare code, or an address of one and nothing else; None where it is neither, or its MAC is wrong."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        kind, step = found["kind"], found["step"]
        if (kind in _WITHOUT_STEP) != (step is None):
            return None
        key = self._keys.get(found["key"])
        owner = citizen_id if kind == "T" else None
        if key is None or not hmac.compare_digest(_mac(key, found["body"], owner), found["mac"]):
            return None
        step_s = PASS_STEP_S if kind == "P" else STEP_S
        age = 0 if step is None else step_of(at, step_s) - int(step, 36)
        oldest = TICKET_STEPS if kind == "T" else STEPS_AROUND
        return Code(
            kind=cast(Any, kind),
            event_code=found["event"],
            number=int(found["number"], 36),
            is_expired=not -STEPS_AROUND <= age <= oldest,
        )

    def _signed(self, body: str, owner: UUID | None = None) -> str:
        code = f"{body}.{_mac(self._keys[self._signing_id], body, owner)}"
        assert len(code) <= CODE_LENGTH_MAX
        return code


def step_of(at: datetime, step_s: int = STEP_S) -> int:
    """Which step of a rotating code an instant lies in, counted from 1970."""
    return int(at.timestamp()) // step_s


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> hmac.HMAC:
    # Hashing the key's block costs as much as the message: keep it and copy.
    return hmac.new(key, b"", hashlib.sha256)


def _mac(key: bytes, body: str, owner: UUID | None = None) -> str:
    mac = _keyed(key).copy()
    mac.update(body.encode("ascii"))
    if owner is not None:
        mac.update(b"|" + owner.bytes)
    return urlsafe_b64encode(mac.digest()[:MAC_BYTES]).decode("ascii")


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits
