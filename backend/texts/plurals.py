"""English counts: one action, two actions. Chinese texts need nothing of this.

In a text `{count:action|actions}` stands for the word that fits the fact `count`; `{count}` is the number itself. The
scripts of the pages read the same texts in the same way (static/js/shared/i18n.js).
"""

from __future__ import annotations

import re

_CHOICE = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")


def agreeing(text: str, facts: dict[str, object]) -> str:
    """The text with its words in the form that fits the numbers; a fact that is no whole number counts as many."""
    return _CHOICE.sub(lambda found: found[2 if str(facts[found[1]]) == "1" else 3], text)


def counted(number: int, one: str, many: str) -> str:
    """A number and what it counts."""
    return f"{number:,} {one if number == 1 else many}"
