"""Refusals of table files that people send: as a whole, or row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from backend.errors import Refusal
from backend.texts import CATALOGUE, FIRST, has_text, say

ERRORS_NAMED_MAX = 100
"""In the list of errors; the sentence names the first of them."""
ERRORS_SAID_MAX = 20


class ImportUnreadable(Refusal):
    """What is wrong with a file as a whole; `why` has a text under `import_file`."""

    status, code = 422, "import_unreadable"

    @classmethod
    def of(cls, why: str, facts: Mapping[str, str]) -> ImportUnreadable:
        return cls(retry_after_s=None, errors=(), why=why, **facts)

    def detail(self, language: str) -> str:
        limits = {name: f"{int(str(fact)):,}" for name, fact in self.facts.items() if name.endswith("_max")}
        return say(language, f"import_file.{self.facts['why']}", **(self.facts | limits))

    def row_errors(self, language: str) -> list[tuple[str, str, str]]:
        if "row" not in self.facts:
            return []
        pointer = _pointer(str(self.facts["row"]), str(self.facts.get("column", "?")))
        return [(pointer, str(self.facts["why"]), self.detail(language))]


class Wrong(Protocol):
    """What is wrong with one row of a file or list, and where."""

    @property
    def row(self) -> int: ...

    @property
    def column(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def facts(self) -> dict[str, str]: ...


class RowsBroken(Refusal):
    """All that is wrong with the rows of a file or list; nothing of it was stored.

    The facts hold each of the first mistakes by its number, so that they are told in any language.
    """

    status, code = 422, "import_rows_broken"
    family: ClassVar[str] = "import_row"
    """Where the mistakes have their texts; what no family has stands under `import_row`."""

    @classmethod
    def of(cls, errors: Sequence[Wrong]) -> RowsBroken:
        return cls(retry_after_s=None, errors=(), errors_total=len(errors), **named_errors(errors))

    def detail(self, language: str) -> str:
        named = self._named
        total = int(str(self.facts["errors_total"]))
        told = [
            say(
                language,
                "import_row.where",
                row=row,
                column=column,
                reason=self._reason(language, code, facts),
            )
            for row, column, code, facts in named[:ERRORS_SAID_MAX]
        ]
        more = " …" if total > len(told) else ""
        return say(language, f"refusal.{self.code}.detail", errors_total=total, errors=" ".join(told) + more)

    def row_errors(self, language: str) -> list[tuple[str, str, str]]:
        return [
            (_pointer(row, column), code, self._reason(language, code, facts))
            for row, column, code, facts in self._named
        ]

    @property
    def _named(self) -> list[tuple[str, str, str, dict[str, str]]]:
        found = []
        for name, fact in self.facts.items():
            if name.startswith("error_"):
                row, column, code, *parts = str(fact).split(_SIGN)
                found.append((row, column, code, dict(zip(parts[::2], parts[1::2], strict=True))))
        return found

    def _reason(self, language: str, code: str, facts: Mapping[str, str]) -> str:
        key = f"{self.family}.{code}"
        return say(language, key if has_text(key) else f"import_row.{code}", **facts)


def file_error_codes() -> list[str]:
    """Every code that a mistake in a file may have: those that have a sentence."""
    classes: list[type[RowsBroken]] = [RowsBroken, *RowsBroken.__subclasses__()]
    families = ("import_file.", *(f"{cls.family}." for cls in classes))
    keys = (key for texts in CATALOGUE[FIRST].values() for key in texts if key.startswith(families))
    return sorted({key.partition(".")[2] for key in keys})


_CHARS_MAX = 210
"""Of all facts of a mistake: packed, it stays short enough to be told whole."""
_SIGN = "\x1f"


def named_errors(errors: Sequence[Wrong]) -> dict[str, str]:
    """The first mistakes as facts of a refusal."""
    return {f"error_{number}": _packed(error) for number, error in enumerate(errors[:ERRORS_NAMED_MAX])}


def _packed(error: Wrong) -> str:
    """A mistake as one text: row, column, code, then names and values of its facts."""
    chars_max = _CHARS_MAX // max(1, len(error.facts))
    parts = [
        part.replace(_SIGN, " ")[:chars_max] for name, fact in error.facts.items() for part in (name, fact)
    ]
    return _SIGN.join([str(error.row), error.column, error.code, *parts])


def _pointer(row: str, column: str) -> str:
    """Where in a file, as a JSON pointer does it: rows as a spreadsheet counts them, columns by their names."""
    return f"/rows/{row}/{column.replace('~', '~0').replace('/', '~1')}"
