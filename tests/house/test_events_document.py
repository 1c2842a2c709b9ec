"""docs/events.md tells the life of an event as the code has it, in both languages."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from backend.domain.events.lifecycle import STEPS, Need
from backend.errors.events.lifecycle import StepNotReady
from tests.house.source import ROOT

TEXT = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def table(name: str) -> list[list[str]]:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", TEXT, re.DOTALL)
    assert found, name
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()[2:]]


@pytest.mark.parametrize("name", ["steps", "steps zh"])
def test_the_table_names_every_step_with_who_takes_it_and_what_it_needs(name: str) -> None:
    told = [(before.split()[-1], after.split()[-1], by, needs) for before, after, by, needs in table(name)]
    assert told == [
        (step.from_state, step.to_state, ", ".join(step.by), ", ".join(step.needs) or "–") for step in STEPS
    ]


@pytest.mark.parametrize("name", ["needs", "needs zh"])
def test_every_need_is_explained_with_the_codes_of_its_refusals(name: str) -> None:
    rows = table(name)
    assert [row[0] for row in rows] == list(get_args(Need))
    codes = {code for row in rows for code in re.findall(r"`(event_\w+)`", row[2])}
    assert codes == {refusal.code for refusal in StepNotReady.__subclasses__()}
