"""Wherever somebody types a name that others see, it passes the check; and its page has a button to report it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import BACKEND, modules

SEEN = {"Team": "name", "Citizen": "nickname", "NameRow": "name", "CertificateName": "name"}
"""Models of citizens with the field that others read."""
UNTYPED = {
    "backend.services.security.names._remove": "a name of the house's own, in place of a reported one",
    "backend.services.community.teams._hand_over": "what a team is called that nobody is in any more",
    "backend.services.account.account._forget_person": "no name",
}
REPORTED_ON = {"team": "account/teams.js", "certificate": "site/certificate.js"}
"""Boards show one letter of a nickname at most; complaints and notes are read by staff alone."""


def _writers() -> Iterator[tuple[str, bool]]:
    """Functions that write such a field, and whether they check what they write."""
    for module in modules():
        if not module.name.startswith("backend.services."):
            continue
        for function in module.functions:
            source = ast.unparse(function)
            if any(_writes(node) for node in ast.walk(function)):
                yield f"{module.name}.{function.name}", "await names.check(citizen_id" in source


def _writes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    model = ast.unparse(node.func).partition(".")[0]
    if model not in SEEN or node.func.attr not in ("create", "update", "bulk_create", "update_or_create"):
        return False
    given = {keyword.arg for keyword in node.keywords}
    return SEEN[model] in given or None in given


def test_a_name_that_others_see_is_checked_where_it_is_typed() -> None:
    found = dict(_writers())
    assert {name for name, is_checked in found.items() if not is_checked} == UNTYPED.keys()
    assert {name.rpartition(".")[2] for name, is_checked in found.items() if is_checked} == {
        "create_team",
        "change",
        "name_certificate",
    }


def test_a_name_is_reported_from_where_it_is_shown() -> None:
    for kind, script in REPORTED_ON.items():
        text = (BACKEND / "static" / "js" / script).read_text(encoding="utf-8")
        assert f'reportButton("{kind}"' in text
