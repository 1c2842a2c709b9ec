"""What citizens are told, read once from notice_texts.toml beside this file: by kind, in both languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, Literal, get_args

import msgspec

from backend.domain.notifications.notices import chinese_date, fit
from backend.domain.plurals import agreeing
from backend.messages.shape import Statement

Template = Literal["points_expiring", "review_result", "offset_done", "monthly_report"]
TEMPLATES: tuple[str, ...] = get_args(Template)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


class NoticeText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of notice; `template` is None for what stays in the mini-program."""

    title: Statement
    text: Statement
    template: Template | None = None
    page: str = ""
    data: dict[str, Statement] = {}

    @property
    def needed(self) -> frozenset[str]:
        """Names of the facts that a notice of this kind carries."""
        texts = [self.title, self.text, *self.data.values()]
        return frozenset(
            name
            for each in texts
            for text in (each.zh, each.en)
            for _, name, _, _ in Formatter().parse(text)
            if name
        )

    def told(self, facts: Mapping[str, Any]) -> tuple[Statement, Statement]:
        """Title and text in both languages."""
        return _filled(self.title, facts), _filled(self.text, facts)

    def values(self, facts: Mapping[str, Any], language: str) -> dict[str, str]:
        """What WeChat is sent under the template's keys. Raises domain.notices.Unfit."""
        shown: dict[str, str] = {}
        for key, form in self.data.items():
            text = _pick(form, language).format_map(_all_shown(facts, language))
            # The form of a date is WeChat's own, whatever the reader's language.
            if key.startswith("date"):
                text = _pick(form, "zh-CN").format_map(_all_shown(facts, "zh-CN"))
            shown[key] = fit(key, text)
        return shown


def _read() -> dict[str, NoticeText]:
    document = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return msgspec.convert(document, dict[str, NoticeText])


def _filled(form: Statement, facts: Mapping[str, Any]) -> Statement:
    in_english: dict[str, object] = {**_all_shown(facts, "en")}
    return Statement(
        zh=form.zh.format_map(_all_shown(facts, "zh-CN")),
        en=agreeing(form.en, in_english).format_map(in_english),
    )


def _pick(form: Statement, language: str) -> str:
    return form.en if language == "en" else form.zh


def _all_shown(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    return {name: _shown(fact, language) for name, fact in facts.items()}


def _shown(fact: object, language: str) -> str:
    """A fact as a reader of the language sees it."""
    if isinstance(fact, Mapping):
        return str(fact.get(language, fact.get("zh-CN", "")))
    if isinstance(fact, int):
        return f"{fact:,}"
    text = str(fact)
    if language == "en":
        return text
    if _DAY.fullmatch(text):
        return chinese_date(date.fromisoformat(text))
    month = _MONTH.fullmatch(text)
    return f"{month[1]}年{int(month[2])}月" if month else text


NOTICE_TEXTS: dict[str, NoticeText] = _read()
