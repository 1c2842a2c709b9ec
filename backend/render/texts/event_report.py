"""Names and sentences of an event's report; its page, its PDF and its CSV say the same."""

from __future__ import annotations

from backend.domain.events.lifecycle import Account
from backend.domain.mass import kilograms
from backend.messages.event_reports import EventReportView
from backend.messages.inventory.account import ClaimView
from backend.messages.shape import Bilingual, Statement
from backend.texts import both, both_names, has_text, say

CORE_SOURCES = ("travel_intercity", "airport_transfer", "travel_local", "lodging")
EXTENDED_SOURCES = (*CORE_SOURCES, "meals", "venue_energy", "materials", "waste")

YEAR_NOTES = ("year",)
NOTES = ("sums", "rounding", "uncertainty", "small_groups", "surplus")


def name_in_report(kind: str, key: str) -> Bilingual:
    """The name of something in a report; groups of few people are one group, and it has one name."""
    return Bilingual(*(both("other") if key == "other" else both_names(kind, key)))


def is_year(view: EventReportView) -> bool:
    """Whether it is the report on a venue's or an organisation's year, at which nobody attended anything."""
    return view.account is not None and view.account.boundary == "organisation"


def say_in_report(view: EventReportView, language: str, key: str, **facts: object) -> str:
    """A text of a report; that of a year has words of its own where an event is spoken of."""
    own = f"event_report.year.{key}"
    return say(language, own if is_year(view) and has_text(own) else f"event_report.{key}", **facts)


def statement(key: str, **facts: object) -> Statement:
    return Statement(*both(f"event_report.{key}", **facts))


def notes(*, counts_radiative_forcing: bool, factor_set: str | None) -> list[Statement]:
    """What has to be known to read the numbers; `factor_set` where the list of factors is not whole without it."""
    forcing = Statement(*both("forcing.note.on" if counts_radiative_forcing else "forcing.note.off"))
    untold = [] if factor_set is None else [statement("note.factors", factor_set=factor_set)]
    return [*(statement(f"note.{name}") for name in NOTES), *untold, forcing]


def year_notes() -> list[Statement]:
    """What has to be known to read the numbers of a year."""
    return [statement(f"note.{name}") for name in YEAR_NOTES]


def conclusion(event: Bilingual, boundary: str, account: Account, people: int, claim: ClaimView) -> Statement:
    """What was emitted within the declared scope, and what may be said of the whole event.

    碳中和 stands only in a claim without a gap (MEE announcement 2019 No. 19). English names what was paid for instead
    (EU 2024/825).
    """
    if account.scope == "all":
        return Statement(claim.zh, claim.en)
    facts = {"emitted": kilograms(account.boundary_g, ","), "retired": kilograms(account.retired_g, ",")}
    says = [
        say(
            language,
            "event_report.conclusion.sums",
            event=name,
            boundary=say(language, f"boundary.{boundary}"),
            whose=say(language, f"event_report.whose.{account.scope}", people=f"{people:,}"),
            **facts,
        )
        + ("" if account.is_declared else say(language, "event_report.conclusion.unreported") + " ")
        + claimed
        for language, name, claimed in (("zh-CN", event.zh, claim.zh), ("en", event.en, claim.en))
    ]
    return Statement(*says)


def participation_words(step_minutes: int, language: str) -> str:
    if step_minutes == 60:
        return say(language, "event_report.participation.hours")
    if step_minutes >= 24 * 60:
        return say(language, "event_report.participation.days")
    return say(language, "event_report.participation.step", minutes=step_minutes)
