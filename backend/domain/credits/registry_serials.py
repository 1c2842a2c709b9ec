"""Serial numbers of registries: a block of serials as two numbers and the text around them.

Two blocks of one registry overlap when the text around the numbers is the same and the numbers meet. Numbers are
compared as numbers, and texts folded (backend.domain.folding), so that another spelling of a serial is the same serial.
"""

from __future__ import annotations

import re

import msgspec

from backend.domain.folding import folded
from backend.errors.credits import SerialsMalformed

DIGITS_MAX = 18
_FIRST, _LAST = "/registry_serial_from", "/registry_serial_to"
LAST_NUMBER = r"(?P<head>.*?)(?P<number>[0-9]+)(?P<tail>[^0-9]*)"


class SerialBlock(msgspec.Struct, frozen=True):
    """Serials first … last, both inclusive, one tonne each; `space` is the registry and the rest of the text."""

    space: str
    first: int
    last: int

    @property
    def tonnes(self) -> int:
        return self.last - self.first + 1


def read_serials(registry: str, serial_from: str, serial_to: str, pattern: str | None) -> SerialBlock:
    """The block from one serial to another, as the registry writes them. Raises SerialsMalformed."""
    first, last = (
        _read(pointer, text, pattern) for pointer, text in ((_FIRST, serial_from), (_LAST, serial_to))
    )
    if first[0] != last[0]:
        raise SerialsMalformed.at(_LAST, "serials_differ")
    if last[2] < first[1]:
        raise SerialsMalformed.at(_LAST, "serials_reversed")
    return SerialBlock(f"{folded(registry)}|{first[0]}", first[1], last[2])


def _read(pointer: str, text: str, pattern: str | None) -> tuple[str, int, int]:
    """The text around the number, and the first and the last number that the text names."""
    found = re.fullmatch(pattern or LAST_NUMBER, folded(text))
    if found is None:
        raise SerialsMalformed.at(pointer, "no_serial")
    groups = found.groupdict()
    numbers = [groups["number"]] * 2 if "number" in groups else [groups["first"], groups["last"]]
    if any(len(number) > DIGITS_MAX for number in numbers):
        raise SerialsMalformed.at(pointer, "serial_long", digits_max=DIGITS_MAX)
    around = f"{groups['head']}#{groups.get('tail', '')}"
    return around, int(numbers[0]), int(numbers[1])
