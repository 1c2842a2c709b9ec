"""The kinds of notices: which WeChat template may take each to the citizen's phone, and the page it opens.

Their words are the texts `notice.<kind>.…`, where {…} is a fact that the notice carries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, get_args

import msgspec

from backend.domain.notifications.notices import chinese_date, fit
from backend.messages.shape import Statement
from backend.texts import LANGUAGES, facts_of, say

Template = Literal["points_expiring", "review_result", "offset_done", "monthly_report"]
TEMPLATES: tuple[Template, ...] = get_args(Template)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


class NoticeKind(msgspec.Struct, frozen=True):
    """One kind of notice; `template` is None for what stays in the mini-program.

    `data` names the template's own keys, as they are chosen in WeChat's console; a value is cut to what its key allows.
    """

    name: str
    template: Template | None = None
    page: str = ""
    data: tuple[str, ...] = ()

    @property
    def needed(self) -> frozenset[str]:
        """Names of the facts that a notice of this kind carries."""
        keys = ("title", "text", *(f"data.{key}" for key in self.data))
        return frozenset().union(
            *(facts_of(language, f"notice.{self.name}.{key}") for key in keys for language in LANGUAGES)
        )

    def rendered(self, facts: Mapping[str, Any]) -> tuple[Statement, Statement]:
        """Title and text in both languages."""
        return self._both("title", facts), self._both("text", facts)

    def values(self, facts: Mapping[str, Any], language: str) -> dict[str, str]:
        """What WeChat is sent under the template's keys. Raises domain.notices.Unfit."""
        # The form of a date is WeChat's own, whatever the reader's language.
        return {
            key: fit(key, self._say(f"data.{key}", facts, "zh-CN" if key.startswith("date") else language))
            for key in self.data
        }

    def _both(self, key: str, facts: Mapping[str, Any]) -> Statement:
        return Statement(zh=self._say(key, facts, "zh-CN"), en=self._say(key, facts, "en"))

    def _say(self, key: str, facts: Mapping[str, Any], language: str) -> str:
        shown = {name: _shown(fact, language) for name, fact in facts.items()}
        return say(language, f"notice.{self.name}.{key}", **shown)


def _shown(fact: object, language: str) -> str:
    """A fact as a reader of the language sees it: numbers, days, months, and texts in two languages."""
    if isinstance(fact, Mapping):
        return str(fact.get(language, fact.get("zh-CN", "")))
    if isinstance(fact, int):
        return f"{fact:,}"
    text = str(fact)
    if language != "zh-CN":
        return text
    if _DAY.fullmatch(text):
        return chinese_date(date.fromisoformat(text))
    month = _MONTH.fullmatch(text)
    return f"{month[1]}年{int(month[2])}月" if month else text


NOTICE_KINDS: dict[str, NoticeKind] = {
    kind.name: kind
    for kind in (
        NoticeKind(
            "points_expiring", "points_expiring", "pages/points/points", ("number1", "date2", "thing3")
        ),
        NoticeKind(
            "review_approved", "review_result", "pages/actions/actions", ("thing1", "phrase2", "thing3")
        ),
        NoticeKind(
            "review_rejected", "review_result", "pages/actions/actions", ("thing1", "phrase2", "thing3")
        ),
        NoticeKind(
            "complaint_answered", "review_result", "pages/account/account", ("thing1", "phrase2", "thing3")
        ),
        NoticeKind(
            "offset_done",
            "offset_done",
            "pages/certificates/certificates",
            ("thing1", "number2", "character_string3"),
        ),
        NoticeKind(
            "contribution_done",
            "offset_done",
            "pages/certificates/certificates",
            ("thing1", "number2", "character_string3"),
        ),
        NoticeKind(
            "monthly_report", "monthly_report", "pages/reports/reports", ("thing1", "phrase2", "thing3")
        ),
        NoticeKind("voucher_expiring"),
        NoticeKind("medal_awarded"),
        NoticeKind("account_merged"),
        NoticeKind("account_moved"),
        NoticeKind("way_in_added"),
        NoticeKind("way_in_removed"),
    )
}
