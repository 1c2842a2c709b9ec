"""The house's own text: its modules as syntax trees, and who imports what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BACKEND = ROOT / "backend"
FILES = sorted(path for path in BACKEND.rglob("*.py"))


@dataclass(frozen=True)
class Module:
    """One file. `name` is what an import says; `room` is the folder or file right under backend/."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        components = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(part for part in components if part != "__init__")

    @property
    def room(self) -> str:
        return room_of(self.name)

    @property
    def subject(self) -> str:
        """The folder or file right under the room; the room's own name for the room's `__init__`."""
        return subject_of(self.name)

    @property
    def imports(self) -> Iterator[str]:
        """Modules that are imported anywhere in the file, inside functions too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} imports relatively"
                base = node.module or ""
                yield from (f"{base}.{alias.name}" if is_package(base) else base for alias in node.names)

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    @property
    def texts(self) -> Iterator[tuple[int, str]]:
        """String constants with their line, docstrings left out."""
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield node.lineno, node.value


def is_package(name: str) -> bool:
    """Whether `from <name> import x` may name a module x of ours."""
    return name.split(".")[0] == "backend" and (ROOT / Path(*name.split("."))).is_dir()


def room_of(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "backend"


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        found.append(Module(path, text, ast.parse(text)))
    return tuple(found)


def subject_of(name: str) -> str:
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else room_of(name)
