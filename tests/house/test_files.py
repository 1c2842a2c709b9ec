"""Sizes, names and headers of the house's files."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.house.source import BACKEND, ROOT, Module, modules

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
# Opens fifteen parts one after the other and closes them the other way round: a list, not a thought.
LONG_FUNCTIONS = {("backend.assembly", "_open_serving"): 90}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "lib"}
FORBIDDEN_VERBS = ("process_", "handle_", "do_", "manage_")

STATEMENT = re.compile(
    r"\s*(SELECT\s|INSERT INTO\s|UPDATE \w+ SET\s|DELETE FROM\s|WITH \w+ AS|CREATE (TABLE|ROLE|DATABASE|INDEX)\s"
    r"|ALTER (TABLE|ROLE|DATABASE)\s|DROP (TABLE|ROLE|DATABASE)\s|LOCK TABLE\s|TRUNCATE\s|GRANT\s|REVOKE\s)"
)
# SQL that is not the application's: makes an embedded server's roles; publishes as the owner; asks for a pulse.
SPEAK_SQL = {
    "backend.outside.embedded.postgres",
    "backend.services.catalogue.publish",
    "backend.services.operations.health",
}

SCRIPTS = [*BACKEND.glob("storage/sql/**/*.sql"), *BACKEND.glob("storage/lua/*.lua")]
MIGRATIONS = sorted(BACKEND.glob("migrations/sql/*.sql"))


def is_numbered(module: Module) -> bool:
    return module.room == "migrations" and module.path.stem[:4].isdigit()


def test_a_module_begins_by_saying_what_it_is() -> None:
    # A migration says it in its SQL.
    silent = [
        module.name
        for module in modules()
        if module.text.strip() and not is_numbered(module) and not is_said(ast.get_docstring(module.tree))
    ]
    assert silent == []


def is_said(docstring: str | None) -> bool:
    """A sentence, or more than one line."""
    lines = (docstring or "").splitlines()
    return bool(lines) and (lines[0].rstrip().endswith((".", ":", "?")) or len(lines) > 1)


def test_a_file_and_its_functions_can_be_read_at_once() -> None:
    assert [each.name for each in modules() if len(each.text.splitlines()) > FILE_LINES_MAX] == []
    long = [
        (module.name, function.name)
        for module in modules()
        for function in module.functions
        if (function.end_lineno or 0) - function.lineno
        >= LONG_FUNCTIONS.get((module.name, function.name), FUNCTION_LINES_MAX)
    ]
    assert long == []


def test_no_file_and_no_folder_is_named_after_nothing() -> None:
    for top in ("backend", "tests", "loadtests"):
        for path in (ROOT / top).rglob("*"):
            if "__pycache__" not in path.parts and path.suffix in ("", ".py"):
                assert path.stem not in FORBIDDEN_NAMES, path


def test_functions_are_verbs_of_the_field() -> None:
    vague = [
        (module.name, function.name)
        for module in modules()
        for function in module.functions
        if function.name.lstrip("_").startswith(FORBIDDEN_VERBS)
    ]
    assert vague == []


def test_sql_stands_in_storage_and_in_migrations() -> None:
    elsewhere = [
        (module.name, line, text)
        for module in modules()
        if module.room not in ("storage", "migrations") and module.name not in SPEAK_SQL
        for line, text in module.texts
        if STATEMENT.match(text)
    ]
    assert elsewhere == []


def test_a_script_says_its_name_and_what_it_does_and_is_used() -> None:
    first_lines = {script: script.read_text(encoding="utf-8").splitlines()[0] for script in SCRIPTS}
    silent = [
        script.name
        for script, first in first_lines.items()
        if not re.fullmatch(rf"-- {script.stem}: \S.*", first)
    ]
    assert silent == []
    spoken = {text for module in modules() for _, text in module.texts}
    assert [script.name for script in SCRIPTS if script.stem not in spoken] == [], "nobody runs these"


def test_every_script_that_is_named_is_there() -> None:
    named = {
        node.args[0].value
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("sql", "lua")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert named
    assert named <= {script.stem for script in SCRIPTS}


def test_a_script_names_each_of_its_parameters() -> None:
    for script in SCRIPTS:
        if script.suffix == ".sql":
            lines = script.read_text(encoding="utf-8").splitlines()
            header = " ".join(line for line in lines if line.startswith("--"))
            used = set(re.findall(r"\$\d+", " ".join(line for line in lines if not line.startswith("--"))))
            assert used <= set(re.findall(r"\$\d+", header)) | ranges(header), script.name


def ranges(header: str) -> set[str]:
    """$3 … $5 names three."""
    found = set()
    for first, last in re.findall(r"\$(\d+)\s*…\s*\$(\d+)", header):
        found |= {f"${number}" for number in range(int(first), int(last) + 1)}
    return found


def test_every_migration_goes_up_and_down_and_every_constraint_has_a_name() -> None:
    steps = Counter(
        re.sub(r"\.(up|down)\.sql$", "", path.name) for path in MIGRATIONS if path.name[0].isdigit()
    )
    assert steps
    assert set(steps.values()) == {2}
    for path in MIGRATIONS:
        if path.name.endswith(".up.sql"):
            for line in path.read_text(encoding="utf-8").splitlines():
                if re.match(r"\s*(CHECK|UNIQUE|EXCLUDE|FOREIGN KEY)\b", line):
                    previous = path.read_text(encoding="utf-8").split(line)[0].rstrip().splitlines()[-1]
                    assert "CONSTRAINT" in previous, f"{path.name}: {line.strip()}"


def test_nothing_is_mocked() -> None:
    words = ("unittest" + ".mock", "mocker" + ".", "import " + "mock", "fake" + "redis")
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in words), path
