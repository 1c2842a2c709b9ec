"""Migrations, hand-written in SQL beside this file (`sql/NNNN_name.up.sql`, `.down.sql`).

The ORM's generator is not used: it drops CHECK constraints and knows no composite keys, and the
constraints are the point of these tables.
"""

from pathlib import Path


def read_sql(name: str) -> str:
    """Text of `sql/<name>.sql`."""
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
