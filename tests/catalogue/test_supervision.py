"""Rules of alerts, and features that can be switched: as the files have them, and as the document says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from backend.catalogue.features import load_features
from backend.catalogue.reading import CatalogueError
from backend.catalogue.supervision import load_alert_rules
from backend.domain.supervision.alerts import ALERT_KINDS
from tests.house.source import ROOT

TEXT = (ROOT / "docs" / "supervision.md").read_text(encoding="utf-8")


def test_the_document_tells_every_rule_with_its_limit() -> None:
    found = re.search(r"<!-- rules -->\n(.*?)<!-- /rules -->", TEXT, re.DOTALL)
    assert found
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()[2:]]
    told = {code.strip("`"): limit for code, limit, _ in rows}
    units = {"days": "{} days", "pct": "{} %", "count": "{}"}
    rules = load_alert_rules()
    assert told == {
        code: next(
            (
                form.format(getattr(rule, unit))
                for unit, form in units.items()
                if getattr(rule, unit) is not None
            ),
            "–",
        )
        for code, rule in rules.items()
    }
    assert set(rules) == set(ALERT_KINDS)


def test_a_kind_of_alert_without_a_rule_is_refused(tmp_path: Path) -> None:
    (tmp_path / "supervision.toml").write_text(
        '[[rule]]\ncode = "pool_low"\npct = 10\nname = { zh-CN = "池", en = "pool" }\n', encoding="utf-8"
    )
    with pytest.raises(CatalogueError, match="no rule for accounting_late"):
        load_alert_rules(tmp_path)


def test_every_feature_has_a_name_in_both_languages_and_a_limit_for_its_pilot() -> None:
    for feature in load_features().values():
        assert set(feature.name) == {"zh-CN", "en"}
        assert feature.pilot
