"""Finds the badge behind what staff held before a scanner: a badge's code, a pass, a wristband's id, or a serial."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from backend.domain.badges.badge_csv import normal_alias
from backend.domain.gates.gate_rules import Missing
from backend.domain.qr_codes import CodeKeys
from backend.domain.scanned_texts import without_marks
from backend.errors import CodeForged, CodeMalformed, Refusal
from backend.storage.gates import find_serials
from backend.storage.transaction import Transaction

DIGEST_BYTES = 16


class Reading(msgspec.Struct, frozen=True):
    """What a scanned text says: the trouble with it, or one of a serial, an alias and a pass's number."""

    trouble: str | None = None
    serial: int | None = None
    alias: str | None = None
    pass_number: int | None = None
    event_code: str | None = None
    """Of the other event that a badge or a pass is for, where that is the trouble."""
    seems: str | None = None
    """What a malformed text seems to be, where staff can be helped: two_codes, keyboard, other_code."""


class Found(msgspec.Struct, frozen=True):
    """The badge behind a reading, and the citizen whose pass it was."""

    trouble: str | None = None
    serial: int | None = None
    missing: Missing = "unknown"
    """Why there is no serial, or no badge of that serial."""
    holder: UUID | None = None


def read_text(codes: CodeKeys, event_code: str, text: str, at: datetime) -> Reading:
    """Read a scanned text without the database. A pass must be valid at the instant `at`."""
    try:
        code = codes.read(text, at)
    except CodeMalformed as refusal:
        return _tag(text, str(refusal.facts["reading"]))
    except CodeForged:
        return Reading(trouble="forged")
    if code.kind not in ("B", "P"):
        return Reading(trouble="malformed")
    if code.event_code != event_code:
        return Reading(trouble="wrong_event", event_code=code.event_code)
    if code.is_expired:
        return Reading(trouble="expired")
    if code.kind == "P":
        return Reading(pass_number=code.number)
    return Reading(serial=code.number)


def _tag(text: str, seems: str) -> Reading:
    """A text that holds no code: the id of a wristband, or else the trouble with it."""
    try:
        return Reading(alias=normal_alias(without_marks(text)))
    except Refusal:
        return Reading(trouble="malformed", seems=None if seems == "malformed" else seems)


def digest_of(code: str | None, serial: int | None, holder_pass: str | None = None) -> bytes:
    """Tells two scans under one id apart. The text itself is not stored."""
    text = "\0".join(("" if part is None else str(part)) for part in (code, serial, holder_pass))
    return hashlib.sha256(text.encode()).digest()[:DIGEST_BYTES]


async def find_badges(transaction: Transaction, event_id: UUID, readings: Sequence[Reading]) -> list[Found]:
    """The badge behind each reading, in their order; a serial of None is a badge that nobody issued."""
    aliases = sorted({each.alias for each in readings if each.alias is not None})
    numbers = sorted({each.pass_number for each in readings if each.pass_number is not None})
    by_alias: dict[str, int] = {}
    by_number: dict[int, Found] = {}
    if aliases or numbers:
        for row in await find_serials(transaction, event_id, aliases, numbers):
            if row["alias"] is not None:
                by_alias[row["alias"]] = row["serial"]
            else:
                missing: Missing = "no_badge" if row["is_joined"] else "not_joined"
                by_number[row["number"]] = Found(
                    serial=row["serial"], missing=missing, holder=row["citizen_id"]
                )
    found = []
    for each in readings:
        if each.alias is not None:
            found.append(Found(serial=by_alias.get(each.alias)))
        elif each.pass_number is not None:
            # A pass of an erased citizen.
            found.append(by_number.get(each.pass_number, Found(missing="not_joined")))
        else:
            found.append(Found(trouble=each.trouble, serial=each.serial))
    return found
