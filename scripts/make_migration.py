"""Writes a new migration: `make migration NAME=webhooks` gives the next number its stub, its SQL and its test rows.

What is written runs and changes nothing yet; a house test fails until the placeholder in its SQL is replaced.
docs/development/migration.md says how to go on.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NAME_CHARS_MAX = 40

PLACEHOLDER = "SELECT 1; -- put here what the migration does"
"""PostgreSQL's driver runs no script without a statement."""

STUB = """\
from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "{before}")]
    operations = [RunSQL(read_sql("{stem}.up"), read_sql("{stem}.down"))]
"""

UP = """\
-- {number}: {words}.
-- Works with the code that is running; may be run twice (IF NOT EXISTS, CREATE OR REPLACE); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.
{placeholder}
"""

DOWN = """\
-- {number}, taken back: {words}.
-- What the up script made goes (IF EXISTS); what people wrote meanwhile and the ledger needs stays.
{placeholder}
"""

ROWS = '''\
"""Rows of migration {number}: {words}."""

from __future__ import annotations

from tests.storage.rows_core import Row

# A row that each new table accepts: table → column → value.
GOOD: dict[str, Row] = {{}}

# For each named CHECK and UNIQUE the change to the good row that it must refuse.
REFUSED: tuple[tuple[str, Row], ...] = ()

# Names of primary keys, then of foreign keys and exclusions without a row above.
KEYS: frozenset[str] = frozenset()
REFERENCES: frozenset[str] = frozenset()
'''


class NameRefused(ValueError):
    """The name cannot be a migration's, said in one sentence."""


def make_migration(root: Path, name: str) -> list[Path]:
    """Write the files of one migration; their paths. Raises NameRefused, and writes nothing over what is there."""
    if not NAME.fullmatch(name) or len(name) > NAME_CHARS_MAX:
        raise NameRefused(
            f"A migration's name is a few lower-case words joined by _, {NAME_CHARS_MAX} characters at most: "
            "make migration NAME=partner_webhooks"
        )
    migrations = root / "backend" / "migrations"
    stems = sorted(path.stem for path in migrations.glob("[0-9][0-9][0-9][0-9]_*.py"))
    rows = root / "tests" / "storage" / f"rows_{name}.py"
    if any(stem[5:] == name for stem in stems) or rows.exists():
        raise NameRefused(f"There is a migration or a module of test rows called {name} already.")
    number = f"{int(stems[-1][:4]) + 1:04}"
    stem, words = f"{number}_{name}", name.replace("_", " ")
    texts = {
        migrations / f"{stem}.py": STUB.format(before=stems[-1], stem=stem),
        migrations / "sql" / f"{stem}.up.sql": UP.format(number=number, words=words, placeholder=PLACEHOLDER),
        migrations / "sql" / f"{stem}.down.sql": DOWN.format(
            number=number, words=words, placeholder=PLACEHOLDER
        ),
        rows: ROWS.format(number=number, words=words),
    }
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def main() -> int:
    try:
        for path in make_migration(ROOT, sys.argv[1] if len(sys.argv) == 2 else ""):
            print(path.relative_to(ROOT))
    except NameRefused as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
