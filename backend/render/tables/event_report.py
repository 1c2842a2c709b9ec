"""An event's report as tables with a title each: what its CSV, its PDF and its page show."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from backend.domain.days import SHANGHAI
from backend.domain.mass import mass
from backend.messages.event_reports import EventReportView, ReportSerials
from backend.messages.shape import Bilingual, Statement
from backend.render.tables.cells import BOM, Sheet
from backend.render.texts.event_report import is_year, name_in_report, say_in_report
from backend.tenant import per_tenant
from backend.texts import LANGUAGES, say

Cell = str | int | Decimal


class Table(msgspec.Struct, frozen=True):
    """`key` names what it is about; numbers stay numbers, and `grams` says which columns hold grams."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    grams: frozenset[int] = frozenset()


def numeric(table: Table) -> list[bool]:
    """Columns that hold numbers, also where a row has a word in a number's place."""
    return [any(not isinstance(row[at], str) for row in table.rows) for at in range(len(table.columns))]


def either(text: Bilingual | Statement, language: str) -> str:
    return text.zh if language == "zh-CN" else text.en


def moment(at: datetime) -> str:
    """On the city's clock."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


class Tables:
    """All of a report's tables in one language."""

    def __init__(self, view: EventReportView, language: str) -> None:
        self.view = view
        self.language = language

    def all(self) -> list[Table]:
        if is_year(self.view):
            return [
                self.summary(),
                self.account(),
                self.account_groups(),
                self.included(),
                self.surplus(),
                self.factors(),
                self.documents(),
                self.notes(),
            ]
        return [
            self.summary(),
            self.account(),
            self.account_groups(),
            self.account_people(),
            self.sources(),
            self.neutralised(),
            self.categories(),
            self.bases(),
            self.modes(),
            self.distribution(),
            self.participation(),
            self.reductions(),
            self.offsets(),
            self.payers(),
            self.products(),
            self.serials(),
            self.surplus(),
            self.factors(),
            self.documents(),
            self.notes(),
        ]

    def _table(
        self, key: str, columns: str, rows: Iterable[tuple[Cell, ...]], grams: Iterable[int] = ()
    ) -> Table:
        names = tuple(self.say(name) for name in columns.split())
        return Table(key, self.say(key), names, list(rows), frozenset(grams))

    def say(self, key: str) -> str:
        return say_in_report(self.view, self.language, key)

    def _name(self, text: Bilingual | Statement) -> str:
        return either(text, self.language)

    def summary(self) -> Table:
        view, footprint = self.view, self.view.footprint
        event, pools = view.event, view.pools
        rows: list[tuple[str, Cell]] = [
            ("event", self._name(event.name)),
            ("slug", event.slug),
            ("city", event.city),
            ("dates", f"{moment(event.starts_at)} – {moment(event.ends_at)}"),
            ("boundary", self._name(name_in_report("boundary", event.boundary))),
            ("factor_set", event.factor_set),
            ("people", view.attendances),
            ("emission", footprint.total_g),
            ("mean", footprint.mean_g),
            ("median", footprint.median_g),
            ("uncertainty", footprint.uncertainty_g),
            ("default_share", footprint.default_g),
            ("retired", pools.retired_g),
            ("allocated", pools.allocated_g),
            ("surplus", pools.surplus_g),
            ("conclusion", self._name(view.neutrality.statement)),
        ]
        if is_year(view) and view.account is not None:
            kept = ("event", "slug", "city", "dates", "factor_set", "conclusion")
            sums: list[tuple[str, Cell]] = [
                ("emission", view.account.estimate_g),
                ("retired", view.account.retired_g),
            ]
            rows = [*(row for row in rows if row[0] in kept[:-1]), *sums, rows[-1]]
        grams = {
            "emission", "mean", "median", "uncertainty", "default_share", "retired", "allocated", "surplus"
        }  # fmt: skip
        shown = ((self.say(key), value, self.say("grams") if key in grams else "") for key, value in rows)
        return self._table("title", "item value unit", shown)

    def account(self) -> Table:
        """The whole event's sums; empty in a report that was published before there was an account."""
        account = self.view.account
        rows: list[tuple[Cell, ...]] = []
        if account is not None:
            claim, people = account.claim, account.people
            score = "" if account.quality_score is None else account.quality_score
            rows = [
                (self.say("account.estimate"), account.estimate_g, self.say("grams")),
                (self.say("account.low"), account.low_g, self.say("grams")),
                (self.say("account.high"), account.high_g, self.say("grams")),
                (self.say("retired"), account.retired_g, self.say("grams")),
                (self.say("account.covered"), claim.covered_pct, "%"),
                (self.say("account.people"), people.people, ""),
                (self.say("account.scanned"), people.scanned, ""),
                (self.say("account.filled_in"), people.filled_in, ""),
                (self.say("account.response"), claim.response_rate_pct, "%"),
                (self.say("account.quality"), score, ""),
                *((self.say("account.missing"), self._name(gap.text), "") for gap in account.missing),
            ]
        if is_year(self.view):
            people_rows = {
                self.say(f"account.{key}")
                for key in ("low", "high", "people", "scanned", "filled_in", "response")
            }
            rows = [row for row in rows if row[0] not in people_rows]
        return self._table("account", "item value unit", rows)

    def account_groups(self) -> Table:
        """Of lines and people the column `account.counted` says what counts."""
        account = self.view.account
        rows = (
            (
                self._name(group.name),
                group.total_g,
                group.lines_g,
                group.scanned_g,
                group.filled_g,
                say(self.language, f"inventory.counted.{group.counted}"),
                group.reason or say(self.language, f"inventory.state.{group.state}"),
            )
            for group in (account.groups if account else ())
        )
        columns = (
            "account.group emission account.lines account.scanned_g account.filled_g account.counted "
            "account.state"
        )
        return self._table("account.groups", columns, rows, (1, 2, 3, 4))

    def included(self) -> Table:
        """Venues' years that are counted within an enterprise's or institution's."""
        account = self.view.account
        rows = (
            (self._name(each.name), each.slug, each.lines_g, each.retired_g)
            for each in (account.included if account else ())
        )
        return self._table("account.included", "event slug emission retired", rows, (2, 3))

    def account_people(self) -> Table:
        """People by stratum; who is in the column `account.filled_in` did not scan."""
        account = self.view.account
        rows = (
            (
                self._name(each.name),
                "" if each.day is None else str(each.day),
                say(self.language, f"inventory.headcount.{each.headcount}"),
                each.people,
                each.scanned,
                each.filled_in,
                each.filled_g,
                say(self.language, f"inventory.method.{each.method}"),
                each.low_g,
                each.high_g,
            )
            for each in (account.people.strata if account else ())
        )
        columns = (
            "category account.day account.headcount account.people account.scanned account.filled_in "
            "account.filled_g account.method account.low account.high"
        )
        return self._table("account.strata", columns, rows, (6, 8, 9))

    def sources(self) -> Table:
        rows = (
            (self._name(each.name), each.attendances, each.emission_g, each.default_g, each.share_pct)
            for each in self.view.by_source
        )
        return self._table("by_source", "source people emission defaults share", rows, (2, 3))

    def neutralised(self) -> Table:
        """What the organiser neutralises, its sum, and what of the offsets is a contribution."""
        part = self.view.neutralised
        rows: list[tuple[Cell, ...]] = []
        if part is not None and part.sources:
            hidden = self.say("neutralised.hidden")
            for each in part.sources:
                if each.attendances is None or each.emission_g is None or each.share_pct is None:
                    rows.append((self._name(each.name), hidden, "", ""))
                else:
                    rows.append((self._name(each.name), each.attendances, each.emission_g, each.share_pct))
            rows.append((self.say("neutralised.sum"), "", part.emission_g, part.share_pct))
            rows.append((self.say("contribution"), "", part.contribution_g, ""))
        return self._table("neutralised", "source people emission share", rows, (2,))

    def categories(self) -> Table:
        return self._groups("by_category", "category")

    def bases(self) -> Table:
        return self._groups("by_basis", "basis")

    def _groups(self, key: str, column: str) -> Table:
        groups = self.view.by_category if key == "by_category" else self.view.by_basis
        rows = (
            (self._name(each.name), each.attendances, each.footprint_g, each.offset_g, each.share_pct)
            for each in groups
        )
        return self._table(key, f"{column} people emission offset share", rows, (2, 3))

    def modes(self) -> Table:
        rows = ((self._name(each.name), each.attendances, each.emission_g) for each in self.view.modes)
        return self._table("modes", "mode people emission", rows, (2,))

    def distribution(self) -> Table:
        rows = ((each.from_g, each.to_g, each.attendances) for each in self.view.distribution)
        return self._table("distribution", "from to people", rows, (0, 1))

    def participation(self) -> Table:
        rows = (
            (moment(each.starts_at), each.joined, each.offsets, each.actions)
            for each in self.view.participation.intervals
        )
        return self._table("participation", "time joined offset actions", rows)

    def reductions(self) -> Table:
        rows = (
            (self._name(each.name), each.actions, each.reduction_g, each.self_declared_g)
            for each in self.view.reductions.methods
        )
        return self._table("reductions", "method actions reduction own_word", rows, (2, 3))

    def offsets(self) -> Table:
        offsets = self.view.offsets
        rows = [
            (self.say(f"count.{key}"), getattr(offsets, key))
            for key in ("full", "partial", "waiting", "without")
        ]
        return self._table("offsets", "item people", rows)

    def payers(self) -> Table:
        rows = ((self._name(each.name), each.offsets, each.grams) for each in self.view.offsets.payers)
        return self._table("payer", "payer people grams", rows, (2,))

    def products(self) -> Table:
        rows = (
            (self._name(each.name), each.project, each.vintage, each.grams)
            for each in self.view.offsets.products
        )
        return self._table("products", "product project vintage grams", rows, (3,))

    def serials(self) -> Table:
        return self._serials("serials", self.view.offsets.serials)

    def surplus(self) -> Table:
        return self._serials("surplus.serials", self.view.pools.surplus)

    def _serials(self, key: str, runs: Sequence[ReportSerials]) -> Table:
        rows = (
            (
                each.product,
                each.project,
                each.retirement_ref,
                str(each.retired_on),
                each.batch_id,
                each.serial_from,
                each.serial_to,
                each.grams,
            )
            for each in runs
        )
        return self._table(key, "product project retirement retired_on batch from to grams", rows)

    def factors(self) -> Table:
        rows = (
            (
                each.id,
                self._name(each.name),
                each.value,
                each.unit,
                each.region,
                each.year or "",
                self._name(name_in_report("kind", each.source_kind)),
                f"{each.source.publisher}, {each.source.title}",
            )
            for each in self.view.factors
        )
        return self._table("factors", "factor item value unit region year trust publisher", rows)

    def documents(self) -> Table:
        rows = (
            (self._name(name_in_report("document", each.kind)), each.name, each.bytes, each.sha256)
            for each in self.view.documents
        )
        return self._table("documents", "kind document bytes sha256", rows)

    def notes(self) -> Table:
        notes = [*self.view.notes, self.view.reductions.note]
        if self.view.neutralised is not None:
            notes.append(self.view.neutralised.note)
        return self._table("notes", "item", ((self._name(note),) for note in notes))


def report_csv(view: EventReportView, language: str) -> bytes:
    """All tables one below the other, an empty line between them; a BOM, or spreadsheets garble the Chinese."""
    out = io.StringIO()
    sheet = Sheet(out)
    for number, table in enumerate(Tables(view, language).all()):
        if number:
            sheet.write([])
        sheet.write([f"# {table.title}"])
        columns = [f"{name} (g)" if at in table.grams else name for at, name in enumerate(table.columns)]
        sheet.write(columns)
        for row in table.rows:
            sheet.write(row)
    return BOM + out.getvalue().encode()


def shown(table: Table, row: Sequence[Cell]) -> list[str]:
    """A row for people to read: grams as kilograms, thousands apart, whole serials."""
    return [_shown(table, at, cell) for at, cell in enumerate(row)]


def _shown(table: Table, at: int, cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    name = table.columns[at]
    if at in table.grams and isinstance(cell, int):
        return mass(cell)
    if name in _in_every_language("share"):
        return f"{cell} %"
    # A year is no quantity.
    if name in _in_every_language("vintage", "year"):
        return str(cell)
    return f"{cell:,}"


@per_tenant
def _in_every_language(*keys: str) -> frozenset[str]:
    return frozenset(say(language, f"event_report.{key}") for language in LANGUAGES for key in keys)
