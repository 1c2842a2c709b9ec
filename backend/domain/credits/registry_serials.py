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
    first, last = (_read(text, pattern) for text in (serial_from, serial_to))
    if first[0] != last[0]:
        raise SerialsMalformed(reason="the two serials differ in more than their number")
    if last[2] < first[1]:
        raise SerialsMalformed(reason="the last serial comes before the first")
    return SerialBlock(f"{folded(registry)}|{first[0]}", first[1], last[2])


def _read(text: str, pattern: str | None) -> tuple[str, int, int]:
    """The text around the number, and the first and the last number that the text names."""
    found = re.fullmatch(pattern or LAST_NUMBER, folded(text))
    if found is None:
        raise SerialsMalformed(reason=f"{text[:80]!r} is not written as this registry writes serials")
    groups = found.groupdict()
    numbers = [groups["number"]] * 2 if "number" in groups else [groups["first"], groups["last"]]
    if any(len(number) > DIGITS_MAX for number in numbers):
        raise SerialsMalformed(reason=f"a number has {DIGITS_MAX} digits at most")
    around = f"{groups['head']}#{groups.get('tail', '')}"
    return around, int(numbers[0]), int(numbers[1])
