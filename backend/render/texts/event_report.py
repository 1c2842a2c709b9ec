"""Names and sentences of an event's report; its page, its PDF and its CSV say the same."""

from __future__ import annotations

from backend.domain.events.lifecycle import Account
from backend.domain.mass import kilograms
from backend.messages.shape import Bilingual, Statement
from backend.texts import both, both_names, say

CORE_SOURCES = ("travel_intercity", "airport_transfer", "travel_local", "lodging")
EXTENDED_SOURCES = (*CORE_SOURCES, "meals", "venue_energy", "materials", "waste")

NOTES = ("sums", "rounding", "uncertainty", "small_groups", "surplus")


def name_in_report(kind: str, key: str) -> Bilingual:
    """The name of something in a report; groups of few people are one group, and it has one name."""
    return Bilingual(*(both("other") if key == "other" else both_names(kind, key)))


def statement(key: str, **facts: object) -> Statement:
    return Statement(*both(f"event_report.{key}", **facts))


def notes(*, counts_radiative_forcing: bool) -> list[Statement]:
    """What has to be known to read the numbers."""
    forcing = Statement(*both("forcing.note.on" if counts_radiative_forcing else "forcing.note.off"))
    return [*(statement(f"note.{name}") for name in NOTES), forcing]


def conclusion(
    event: Bilingual, boundary: str, account: Account, people: int, *, is_neutral: bool
) -> Statement:
    """The sentence about what the event may claim.

    碳中和 stands only where the credits retired cover all emissions of the declared boundary, the event is closed and
    it was evaluated (MEE announcement 2019 No. 19). English names what was paid for instead (EU 2024/825).
    """
    facts = {
        "emitted": kilograms(account.boundary_g, ","),
        "retired": kilograms(account.retired_g, ","),
        "share": _share(account),
    }
    says = [
        say(
            language,
            "event_report.conclusion.sums",
            event=name,
            boundary=say(language, f"boundary.{boundary}"),
            whose=say(language, f"event_report.whose.{account.scope}", people=f"{people:,}"),
            **facts,
        )
        + say(language, f"event_report.conclusion.{_judgement(account, is_neutral=is_neutral)}", **facts)
        for language, name in (("zh-CN", event.zh), ("en", event.en))
    ]
    return Statement(*says)


def _judgement(account: Account, *, is_neutral: bool) -> str:
    if account.scope != "attendees" and account.organiser_emission_g is None:
        return "unreported"
    if not account.is_neutral:
        return "part"
    return "neutral" if is_neutral else "covered"


def _share(account: Account) -> str:
    tenths = 1000 * account.retired_g // account.boundary_g if account.boundary_g else 0
    return f"{tenths // 10}.{tenths % 10}"


def participation_words(step_minutes: int, language: str) -> str:
    if step_minutes == 60:
        return say(language, "event_report.participation.hours")
    if step_minutes >= 24 * 60:
        return say(language, "event_report.participation.days")
    return say(language, "event_report.participation.step", minutes=step_minutes)
