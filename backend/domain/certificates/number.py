"""Certificate numbers: `TF-<event>-XXXX-XXXX-XXXX`.

The event's five characters come first, so that a number alone leads to the event's part of the tables.
Twelve characters of Crockford's base 32 are 60 random bits: a number cannot be guessed from another one.
"""

from __future__ import annotations

import re
import secrets
from base64 import b32encode

from backend.domain.folding import folded_code
from backend.domain.qr_codes import EVENT_CODE_ALPHABET, EVENT_CODE_LENGTH

_TO_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", EVENT_CODE_ALPHABET.encode("ascii"))
TEXT_CHARS_MAX = 200
_FORM = re.compile(
    r"TF-(?P<event>[0-9A-HJKMNP-TV-Z]{5})-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"
)


def new_event_code() -> str:
    """Five random characters, of which there are 33 million; a unique key refuses one in use."""
    return "".join(secrets.choice(EVENT_CODE_ALPHABET) for _ in range(EVENT_CODE_LENGTH))


def new_certificate_number(event_code: str) -> str:
    # The library's base 32 has another alphabet; 64 random bits make 13 characters, of which twelve are whole.
    """A certificate number of an event, random and unguessable."""
    text = b32encode(secrets.token_bytes(8)).translate(_TO_CROCKFORD)[:12].decode("ascii")
    return f"TF-{event_code}-{text[:4]}-{text[4:8]}-{text[8:]}"


def event_code_of(number: str) -> str | None:
    """The event's characters in a certificate number, or None for another text."""
    found = _FORM.fullmatch(number)
    return found["event"] if found else None


def read_certificate_number(text: str) -> str | None:
    """A certificate number in its stored form, however it was typed or copied from paper; None for another text."""
    if len(text) > TEXT_CHARS_MAX:
        return None
    plain = folded_code(text)
    code = plain.removeprefix("TF")
    groups = (code[:5], code[5:9], code[9:13], code[13:])
    number = f"TF-{'-'.join(groups)}"
    return number if plain.startswith("TF") and event_code_of(number) is not None else None
