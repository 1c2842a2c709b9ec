"""A release as tables with a title each: what its page, its PDF and its CSV show."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from backend.render.tables.cells import BOM, Sheet
from backend.render.tables.event_report import Cell, Table
from backend.texts import name_of, say

Document = Mapping[str, Any]
PERIOD_FIGURES = (
    ("counts", ("people", "offsets", "actions", "reversed_actions")),
    ("grams", ("footprint_g", "offset_g", "reduction_g", "self_declared_g", "reversed_g")),
)
OTHER = "other"


def subject_name(document: Document, language: str) -> str:
    """What a release is about: the event's or organisation's name, or the period."""
    content = document["content"]
    for kind in ("event", "organisation"):
        if document["kind"] == kind:
            return str(content[kind]["name"][language])
    return say(language, "disclosure.of_period", period=document["subject"])


class Tables:
    """All of a release's tables in one language."""

    def __init__(self, document: Document, language: str) -> None:
        self.document, self.language = document, language
        self.content: Mapping[str, Any] = document["content"]

    def all(self) -> list[Table]:
        """The tables that have rows; the first one says which release it is."""
        by_kind = {"event": self._of_event, "organisation": self._of_organisation}
        found = [self.about(), *by_kind.get(self.document["kind"], self._of_period)()]
        return [table for table in found if table.rows]

    def say(self, key: str, **facts: object) -> str:
        return say(self.language, f"disclosure.{key}", **facts)

    def table(
        self, key: str, columns: str, rows: Iterable[tuple[Cell, ...]], grams: Iterable[int] = ()
    ) -> Table:
        names = tuple(self.say(f"column.{name}") for name in columns.split())
        return Table(key, self.say(key), names, list(rows), frozenset(grams))

    def about(self) -> Table:
        document, corrects = self.document, self.document["corrects"]
        rows = [
            ("number", document["number"]),
            ("kind", self.say(f"kind.{document['kind']}")),
            ("subject", subject_name(document, self.language)),
            ("period", f"{document['period']['from']} – {document['period']['to']}"),
            ("published_at", document["published_at"]),
            ("previous_sha256", document["previous_sha256"] or "–"),
        ]
        if corrects is not None:
            rows += [("corrects", corrects["number"]), ("reason", corrects["reason"])]
        return self.table("about", "item value", ((self.say(f"item.{key}"), text) for key, text in rows))

    # -- an event ---------------------------------------------------------------------------------

    def _of_event(self) -> list[Table]:
        offsets, totals = self.content["offsets"], self.content["totals"]
        reductions = self.content["reductions"]
        return [
            self._event_facts(),
            self._numbers("counts", {"people": totals["people"], "attendances": totals["attendances"]}
                          | {key: offsets[key] for key in ("full", "partial", "waiting", "without")}
                          | {"actions": reductions["actions"]}),
            self._numbers(
                "grams",
                {key: totals[key] for key in ("estimate_g", "low_g", "high_g", "lines_g", "people_g")}
                | {key: offsets[key] for key in ("retired_g", "allocated_g", "surplus_g", "formerly_poor_area_g")}
                | {key: reductions[key] for key in ("reduction_g", "self_declared_g")},
                is_grams=True,
            ),
            self.groups(),
            self._methods(),
            self.table(
                "measures",
                "measure baseline baseline_g reduction_g",
                (
                    (each["measure"], each["baseline"], each["baseline_g"], each["reduction_g"])
                    for each in reductions["measures"]
                ),
                (2, 3),
            ),
            self._batches(),
            self._serials(),
            self._factors(),
            self.table(
                "documents",
                "kind name sha256",
                (
                    (name_of(self.language, "document", each["kind"]), each["name"], each["sha256"])
                    for each in self.content["documents"]
                ),
            ),
            self._evaluation(),
        ]  # fmt: skip

    def _event_facts(self) -> Table:
        event, method = self.content["event"], self.content["method"]
        sources = say(self.language, "list.names").join(
            each[self.language] for each in event["boundary_sources"]
        )
        hosts = say(self.language, "list.names").join(
            f"{each['name'][self.language]} ({each['code']})" for each in self.content["organisations"]
        )
        rows = [
            ("event", event["name"][self.language]),
            ("event_kind", say(self.language, f"organiser.kind.{event['kind']}")),
            ("dates", f"{event['starts_at'][:10]} – {event['ends_at'][:10]}"),
            ("organisations", hosts or "–"),
            ("boundary", say(self.language, f"boundary.{event['boundary']}")),
            ("sources", sources),
            ("factor_set", method["factor_set"]),
            ("standard", method["standard"] or "–"),
            ("share", f"{self.content['offsets']['formerly_poor_area_pct'] or 0} %"),
            ("report_sha256", self.content["report_sha256"] or "–"),
        ]
        return self.table("scope", "item value", ((self.say(f"item.{key}"), text) for key, text in rows))

    def groups(self) -> Table:
        return self.table(
            "groups",
            "group state total_g",
            (
                (each["name"][self.language], self.say(f"state.{each['state']}"), each["total_g"])
                for each in self.content["groups"]
            ),
            (2,),
        )

    def _methods(self) -> Table:
        return self.table(
            "methods",
            "method actions reduction_g self_declared_g",
            (
                (each["name"][self.language], each["actions"], each["reduction_g"], each["self_declared_g"])
                for each in self.content["reductions"]["methods"]
            ),
            (2, 3),
        )

    def _batches(self) -> Table:
        return self.table(
            "batches",
            "product project vintage retirement_ref retired_on origin retired_g allocated_g",
            (
                (
                    name_of(self.language, "product", each["product"]),
                    each["project"],
                    str(each["vintage"]),
                    each["retirement_ref"] or "–",
                    each["retired_on"] or "–",
                    self.say("origin.tagged") if each["origin_tag"] else "–",
                    each["retired_g"],
                    each["allocated_g"],
                )
                for each in self.content["offsets"]["batches"]
            ),
            (6, 7),
        )

    def _serials(self) -> Table:
        return self.table(
            "serials",
            "retirement_ref from to grams held_by",
            (
                (
                    batch["retirement_ref"] or batch["batch_id"],
                    str(run["from"]),
                    str(run["to"]),
                    run["grams"],
                    self.say(f"held.{run['held_by']}"),
                )
                for batch in self.content["offsets"]["batches"]
                for run in batch["serials"]
            ),
            (3,),
        )

    def _factors(self) -> Table:
        return self.table(
            "factors",
            "factor name value unit region year source",
            (
                (
                    each["id"],
                    each["name"][self.language],
                    each["value"],
                    each["unit"],
                    each["region"],
                    str(each["year"] or "–"),
                    each["source"],
                )
                for each in self.content["method"]["factors"]
            ),
        )

    def _evaluation(self) -> Table:
        part = self.content["evaluation"]
        rows = [
            ("statement", part["statement"][self.language]),
            ("basis", self.say(f"basis.{part['basis'] or 'none'}")),
            ("verifier", part["verifier"] or "–"),
        ]
        return self.table("evaluation", "item value", ((self.say(f"item.{key}"), text) for key, text in rows))

    # -- a period ---------------------------------------------------------------------------------

    def _of_period(self) -> list[Table]:
        content = self.content
        events, totals = content["events"], content["totals"]
        first = {
            "events_with_people": events["with_people"],
            "releases": events["releases"],
            "demonstrations_closed": events["demonstrations_closed"],
        }
        return [
            self._numbers("counts", first | {key: totals[key] for key in PERIOD_FIGURES[0][1]}),
            self._numbers("grams", {key: totals[key] for key in PERIOD_FIGURES[1][1]}, is_grams=True),
            self.part("by_city"),
            self.part("by_kind"),
            self.table(
                "steps",
                "state events",
                ((say(self.language, f"state.{state}"), count) for state, count in events["steps"].items()),
            ),
            self._numbers("points", content["points"]),
            self._products("credits", "batches"),
            self._products("credits_voided", "batches"),
            self._products("pools", "events"),
            self._numbers("complaints", content["complaints"]),
        ]

    def part(self, key: str) -> Table:
        """Sums by city or by kind of event."""
        columns = ("events", "people", "footprint_g", "offset_g", "actions", "reduction_g")
        return self.table(
            key,
            f"{key} {' '.join(columns)}",
            (
                (self.part_name(key, each["key"]), *(each[name] for name in columns))
                for each in self.content[key]
            ),
            (3, 4, 6),
        )

    def part_name(self, key: str, value: str) -> str:
        if value == OTHER:
            return say(self.language, "other")
        return say(self.language, f"organiser.kind.{value}") if key == "by_kind" else value

    def _products(self, key: str, counted: str) -> Table:
        return self.table(
            key,
            f"product {counted} grams",
            (
                (name_of(self.language, "product", each["product"]), each[counted], each["grams"])
                # A release from before there was this table has none of it.
                for each in self.content.get(key, ())
            ),
            (2,),
        )

    # -- an organisation --------------------------------------------------------------------------

    def _of_organisation(self) -> list[Table]:
        content, totals = self.content, self.content["totals"]
        organisation = content["organisation"]
        rows = [
            ("organisation", organisation["name"][self.language]),
            ("code", organisation["code"]),
            ("boundary", content["boundary"][self.language]),
        ]
        grams = ("estimate_g", "reduction_g", "self_declared_g", "retired_g", "allocated_g")
        return [
            self.table("scope", "item value", ((self.say(f"item.{key}"), text) for key, text in rows)),
            self._numbers("counts", {key: totals[key] for key in ("events", "attendances")}),
            self._numbers("grams", {key: totals[key] for key in grams}, is_grams=True),
            self.table(
                "events",
                "name number attendances estimate_g reduction_g retired_g allocated_g",
                (
                    (
                        each["name"][self.language],
                        each["release"] or "–",
                        each["attendances"],
                        each["estimate_g"],
                        each["reduction_g"],
                        each["retired_g"],
                        each["allocated_g"],
                    )
                    for each in content["events"]
                ),
                (3, 4, 5, 6),
            ),
            self.table(
                "documents",
                "name kind sha256",
                (
                    (
                        event["name"][self.language],
                        name_of(self.language, "document", each["kind"]),
                        each["sha256"],
                    )
                    for event in content["events"]
                    for each in event["documents"]
                ),
            ),
        ]

    def _numbers(self, key: str, numbers: Mapping[str, int | None], *, is_grams: bool = False) -> Table:
        rows = [(self.say(f"figure.{name}"), value) for name, value in numbers.items() if value is not None]
        return self.table(key, "item grams" if is_grams else "item number", rows, (1,) if is_grams else ())


def bars(document: Document, language: str) -> list[tuple[str, int]]:
    """What a release's chart shows: emissions by group, by event of an organisation, or by city."""
    content = document["content"]
    if document["kind"] == "event":
        return [(each["name"][language], each["total_g"]) for each in content["groups"] if each["total_g"]]
    if document["kind"] == "organisation":
        return [(each["name"][language], each["estimate_g"]) for each in content["events"]]
    tables = Tables(document, language)
    return [(tables.part_name("by_city", each["key"]), each["footprint_g"]) for each in content["by_city"]]


def disclosure_csv(document: Document, language: str) -> bytes:
    """All tables one below the other, an empty line between them; a BOM, or spreadsheets garble the Chinese."""
    out = io.StringIO()
    sheet = Sheet(out)
    for number, table in enumerate(Tables(document, language).all()):
        if number:
            sheet.write([])
        sheet.write([f"# {table.title}"])
        sheet.write([f"{name} (g)" if at in table.grams else name for at, name in enumerate(table.columns)])
        for row in table.rows:
            sheet.write(row)
    return BOM + out.getvalue().encode()
