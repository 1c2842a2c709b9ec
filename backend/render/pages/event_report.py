"""What the web page of an event's report shows: tables for reading and the rows of its charts."""

from __future__ import annotations

from typing import Any

from backend.domain.mass import mass
from backend.messages.event_reports import EventReportView
from backend.render.tables.event_report import Tables, either, moment, numeric, shown
from backend.render.texts.event_report import is_year, name_in_report, participation_words, say_in_report

ROWS_MAX = 500
"""Rows of one table on the page: the CSV and the JSON hold all of them."""


def page_facts(view: EventReportView, digest: bytes, language: str) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for table in Tables(view, language).all():
        tables[table.key] = {
            "title": table.title,
            "columns": table.columns,
            "numeric": numeric(table),
            "rows": [shown(table, row) for row in table.rows[:ROWS_MAX]],
        }
    return {
        "view": view,
        "digest": digest.hex(),
        "tables": tables,
        "charts": _charts(view, language),
        "participation": participation_words(view.participation.step_minutes, language),
        "boundary": either(name_in_report("boundary", view.event.boundary), language),
        "is_year": is_year(view),
        "r": lambda key: say_in_report(view, language, key),
    }


def _charts(view: EventReportView, language: str) -> dict[str, list[dict[str, Any]]]:
    def row(name: str, value: int, text: str) -> dict[str, Any]:
        return {"name": name, "value": value, "text": text}

    groups = view.account.groups if view.account else []
    return {
        "groups": [row(either(each.name, language), each.total_g, mass(each.total_g)) for each in groups],
        "sources": [
            row(either(each.name, language), each.emission_g, mass(each.emission_g))
            for each in view.by_source
        ],
        "modes": [
            row(either(each.name, language), each.attendances, f"{each.attendances:,}") for each in view.modes
        ],
        "distribution": [
            row(f"{mass(each.from_g)} – {mass(each.to_g)}", each.attendances, "")
            for each in view.distribution
        ],
        "participation": [
            row(moment(each.starts_at), each.joined, "") for each in view.participation.intervals
        ],
    }
