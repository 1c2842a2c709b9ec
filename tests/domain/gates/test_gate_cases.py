"""A gate over several days: the server and the page without a line decide alike."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from backend.domain.gates.gate_hours import day_begins, entry_day, read_hours, time_of
from backend.domain.gates.gate_rules import BadgeFacts, GateRules, Post, ScanFacts, decide
from backend.services.gates.offline_bundle import BEFORE_TODAY, INSIDE, RECORD, REPLACED, REVOKED

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("gate_cases.json").read_text(encoding="utf-8")
)
NODE = Path(sys.executable).with_name("node")
BUNDLE = Path(__file__).parents[3] / "backend" / "static" / "js" / "scanner" / "bundle.js"
SCRIPT = """
import { readFileSync } from "node:fs";
// What the page scripts find of a browser when they are loaded.
globalThis.document = { documentElement: { lang: "en" }, getElementById: () => null, querySelector: () => null,
    querySelectorAll: () => [], addEventListener() {}, cookie: "" };
globalThis.location = { pathname: "/scanner", search: "", hash: "", href: "http://x/scanner" };
const { module, cases } = JSON.parse(readFileSync(0, "utf8"));
const { Bundle } = await import(module);
const answers = [];
for (const { bundle, scan, at } of cases) {
    const mine = new Bundle();
    mine.take(bundle);
    answers.push((await mine.decide(scan, at)).code);
}
console.log(JSON.stringify(answers));
"""


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day_begins(case: dict[str, Any]) -> int:
    return day_begins(read_hours([*case.get("gate_hours", []), *case.get("hours", [])]))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_server_decides(case: dict[str, Any]) -> None:
    at = _at(case["at"])
    since = case.get("inside_since")
    badge = BadgeFacts(
        serial=7,
        is_revoked=case.get("is_revoked", False),
        is_replaced=case.get("is_replaced", False),
        is_inside=since is not None,
        since=None if since is None else _at(since),
    )
    post = Post(
        allowed_gates=frozenset({1}),
        rules=GateRules(gate=1, hours=read_hours(case.get("gate_hours", []))),
        hours=read_hours(case.get("hours", [])),
        entry_policy=case.get("policy", "once_per_event"),
        day_begins=_day_begins(case),
    )
    scan = ScanFacts(gate=1, direction=case.get("direction", "entry"), at=at)
    assert decide(scan, post, badge) == case["result"]


def _asked(case: dict[str, Any]) -> dict[str, Any]:
    """The same case as the bundle that a device fetched in the morning of its day."""
    at, since, begins = _at(case["at"]), case.get("inside_since"), _day_begins(case)
    bits = case.get("is_revoked", False) * REVOKED | case.get("is_replaced", False) * REPLACED
    if since is not None:
        bits |= INSIDE | (entry_day(_at(since), begins) < entry_day(at, begins)) * BEFORE_TODAY
    rules = {
        "gate": 1,
        "direction": "both",
        "categories": [],
        "opens_at": None,
        "closes_at": None,
        "is_entry_required": True,
        "hours": case.get("gate_hours", []),
    }
    bundle = {
        "version": "1-00000000",
        "is_full": True,
        "event": {
            "code": "AAAAAA",
            "is_running": True,
            "entry_policy": case.get("policy", "once_per_event"),
            "hours": case.get("hours", []),
            "day_begins": time_of(begins),
        },
        "gates": [rules],
        "categories": [],
        "sentences": [],
        "salt": "00",
        "day": entry_day(at, begins).isoformat(),
        "badges": b64encode(RECORD.pack(b"h" * 8, 7, 0, bits)).decode(),
        "replaced": [{"serial": 7, "replaced_by": 9}] if case.get("is_replaced") else [],
    }
    scan = {"serial": 7, "gate": 1, "direction": case.get("direction", "entry")}
    return {"bundle": bundle, "scan": scan, "at": round(at.timestamp() * 1000)}


def test_a_page_without_a_line_decides_alike() -> None:
    found = subprocess.run(
        [NODE, "--no-warnings", "--input-type=module", "--eval", SCRIPT],
        input=json.dumps({"module": BUNDLE.as_uri(), "cases": [_asked(case) for case in CASES]}),
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    decided = dict(zip([case["case"] for case in CASES], json.loads(found.stdout), strict=True))
    assert decided == {case["case"]: case["result"] for case in CASES}


def test_hours_are_kept_as_they_were_written() -> None:
    hours = [
        {"day": None, "opens": "00:00", "closes": "24:00"},
        {"day": "2026-12-03", "opens": None, "closes": None},
    ]
    told = [
        (None if each.day is None else each.day.isoformat(), time_of(each.opens), time_of(each.closes))
        for each in read_hours(hours)
    ]
    assert told == [(None, "00:00", "24:00"), ("2026-12-03", None, None)]
