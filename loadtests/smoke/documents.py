"""The commands that the documents name: `make …`, `tianfu …` and `python -m loadtests.…`, in code and nowhere else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# It tells of commands as they were.
HISTORY = "CHANGELOG.md"
# `tianfu staff` is a family: its members are commands.
GROUPS = ("staff",)

_FENCE = re.compile(r"\s*(```|~~~)")
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMENT = re.compile(r"(^|\s)#\s.*")
_BETWEEN = re.compile(r"&&|\|\||[;|]")


@dataclass(frozen=True, slots=True)
class Command:
    """Words of a command as a document shows it."""

    words: tuple[str, ...]
    where: str = ""

    @property
    def name(self) -> str:
        return name_of(self.words)


def documents() -> list[Path]:
    """README in both languages, whatever else lies at the top, docs/ and the load tests' own."""
    top = [path for path in sorted(ROOT.glob("*.md")) if path.name != HISTORY]
    return [*top, ROOT / "loadtests" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def named() -> list[Command]:
    """All commands of all documents, with the document of each."""
    return [
        Command(words, str(path.relative_to(ROOT)))
        for path in documents()
        for words in commands_in(path.read_text(encoding="utf-8"))
    ]


def commands_in(text: str) -> Iterator[tuple[str, ...]]:
    """The commands of a document: lines of its code blocks, and spans that begin with a command."""
    for piece in _code(text):
        for each in _BETWEEN.split(_COMMENT.sub("", piece)):
            words = _words(each)
            if name_of(words):
                yield words


def name_of(words: tuple[str, ...]) -> str:
    """What a command is called, its options left out: `make bench`; empty for what is no command of ours."""
    if not words:
        return ""
    program, rest = Path(words[0]).name, words[1:]
    if program == "make":
        targets = [word for word in rest if re.fullmatch(r"[a-z][a-z0-9-]*", word)]
        return f"make {targets[0]}" if targets else ""
    if program in ("python", "python3"):
        module = rest[1] if rest[:1] == ("-m",) and len(rest) > 1 else ""
        return f"python -m {module}" if re.fullmatch(r"loadtests(\.\w+)*", module) else ""
    if program == "tianfu" and rest and re.fullmatch(r"--version|[a-z][a-z-]*", rest[0]):
        length = 2 if rest[0] in GROUPS else 1
        return " ".join(("tianfu", *rest[:length])) if len(rest) >= length else ""
    return ""


def _code(text: str) -> Iterator[str]:
    """Lines of fenced and indented blocks, without a prompt; outside of them what stands between backticks."""
    is_fenced, may_begin = False, True
    for line in text.replace("\\\n", " ").splitlines():
        if _FENCE.match(line):
            is_fenced = not is_fenced
        elif is_fenced or (may_begin and line.startswith("    ")):
            yield line.strip().removeprefix("$ ")
            continue
        else:
            yield from _SPAN.findall(line)
        # An indented line that goes on with a sentence is no block.
        may_begin = not line.strip()


def _words(text: str) -> tuple[str, ...]:
    try:
        words = shlex.split(text)
    except ValueError:  # a quotation mark that is none
        words = text.split()
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        del words[0]
    return tuple(words)
