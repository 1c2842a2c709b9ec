"""Every kind of event has one agency that leads, and may go to others that take it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.catalogue.agencies import load_agencies
from backend.catalogue.reading import CatalogueError
from backend.domain.events.agencies import EVENT_KINDS, agency_of
from backend.errors.events.lifecycle import AgencyForeign

ENTRY = """[[agency]]
code = "{code}"
name = {{ zh-CN = "厅", en = "Department" }}
leads = {leads}
kinds = {kinds}
"""


def test_five_agencies_lead_the_seven_kinds() -> None:
    agencies = load_agencies()
    assert len(agencies) == 5
    assert len(EVENT_KINDS) == 7
    led = [kind for agency in agencies.values() for kind in agency.leads]
    assert sorted(led) == sorted(EVENT_KINDS)
    assert agency_of(agencies, "competition", None) == "sport"
    assert agency_of(agencies, "tourism", None) == "culture_tourism"


def test_an_organiser_may_choose_among_the_agencies_that_take_the_kind() -> None:
    agencies = load_agencies()
    assert agency_of(agencies, "forum", "forestry_grassland") == "forestry_grassland"
    with pytest.raises(AgencyForeign) as caught:
        agency_of(agencies, "forum", "sport")
    assert "Forestry and Grassland" in caught.value.detail("en")


@pytest.mark.parametrize(
    ("entries", "complaint"),
    [
        ([("a", list(EVENT_KINDS[1:]), [])], "competition is led by 0"),
        ([("a", list(EVENT_KINDS), []), ("b", ["forum"], [])], "forum is led by 2"),
        ([("a", list(EVENT_KINDS), ["wedding"])], "unknown kinds wedding"),
    ],
)
def test_a_table_that_leaves_a_kind_open_is_refused(
    tmp_path: Path, entries: list[tuple[str, list[str], list[str]]], complaint: str
) -> None:
    text = "\n".join(ENTRY.format(code=code, leads=leads, kinds=kinds) for code, leads, kinds in entries)
    (tmp_path / "agencies.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=complaint):
        load_agencies(tmp_path)
