"""What the web page of a release shows: tables for reading, and the bars of its chart."""

from __future__ import annotations

from typing import Any

from backend.domain.mass import mass
from backend.render.tables.disclosure import Document, Tables, bars, subject_name
from backend.render.tables.event_report import numeric, shown

ROWS_MAX = 500
"""Rows of one table on the page: the CSV and the JSON hold all of them."""


def page_facts(document: Document, language: str) -> dict[str, Any]:
    return {
        "document": document,
        "subject": subject_name(document, language),
        "bars": [
            {"name": name, "value": value, "text": mass(value)} for name, value in bars(document, language)
        ],
        "tables": [
            {
                "key": table.key,
                "title": table.title,
                "columns": table.columns,
                "numeric": numeric(table),
                "rows": [shown(table, row) for row in table.rows[:ROWS_MAX]],
            }
            for table in Tables(document, language).all()
        ],
    }
