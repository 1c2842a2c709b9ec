"""Whatever staff change is recorded with who, when, why, before and after: every route of the table leads to a record.

The database says when (`staff_actions.at`), the principal who.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, get_type_hints

import pytest

import backend
from backend.auth import PEOPLE
from backend.components import Components
from backend.ledger.commands.offset_changes import DecideHeldOffset
from backend.ledger.commands.reverse import ReverseAction
from backend.routes.http.endpoint import Endpoint
from backend.services.identity.staff_accounts import record
from backend.services.security.records import record_security
from tests.routes.contract import ENDPOINTS

SERVICES = Path(backend.__file__).parent / "services"
RECORDS = (record, record_security, ReverseAction, DecideHeldOffset)
"""What leads to a row of staff_actions or of security_records; the ledger's commands carry theirs."""
OF_ONES_OWN = {
    "DELETE /v1/sessions/current": "signing out",
    "DELETE /v1/staff/me/sessions": "signing out elsewhere",
    "DELETE /v1/staff/me/sessions/{id}": "signing out elsewhere",
    "POST /v1/staff/me/totp": "begins what its confirmation records",
    "POST /v1/staff/me/passkeys/options": "begins what adding the passkey records",
}
"""What staff do to their own session or begin only: nothing that anybody else sees changes."""
STAFF_ROUTES = [
    endpoint for endpoint in ENDPOINTS if endpoint.method != "GET" and set(endpoint.roles or ()) - set(PEOPLE)
]
ADD_ONLY = {
    "badges.import",
    "badges.issue",
    "complaint.take",
    "credit_batch.enter",
    "credit_batch.prove",
    "disclosure.publish",
    "document.add",
    "event.create",
    "inventory.add",
    "inventory.import",
    "inventory.measure",
    "organisation.join",
    "organisation.register",
    "pool.assign",
    "poster.close",
    "poster.hang",
    "poster.open",
    "project.evidence",
    "screen.make",
    "screen.revoke",
    "staff.citizen",
    "staff.passkey",
    "staff.passkey_removed",
    "staff.password",
    "staff.recovery_codes",
    "staff.totp",
    "verification.answer",
    "verification.ask",
    "verification.review",
    "verification.sign",
    "verifier.attach",
}
"""Actions whose request asks for no reason: they add something, end what is of an hour, or are of one's own account."""
AFTER_IN_THE_ACTION = {
    *("staff.password_link", "staff.disable", "staff.second_factor_reset", "staff.password", "staff.totp"),
    *("staff.recovery_codes", "staff.citizen", "job.run"),
}
"""Actions whose name says all that is different afterwards; what is set is a secret, or nothing is."""


@pytest.mark.parametrize("endpoint", STAFF_ROUTES, ids=lambda endpoint: endpoint.route)
def test_what_a_route_of_staff_changes_is_recorded(endpoint: Endpoint) -> None:
    assert _leads_to_a_record(endpoint.handler) != (endpoint.route in OF_ONES_OWN)


def test_what_is_of_ones_own_is_a_route() -> None:
    assert OF_ONES_OWN.keys() <= {endpoint.route for endpoint in STAFF_ROUTES}


def test_a_record_says_why_and_what_is_different() -> None:
    without_why, without_what, named = set(), set(), set()
    for call in _record_calls():
        action = call.args[1]
        name = action.value if isinstance(action, ast.Constant) else ast.unparse(action)
        given = {keyword.arg for keyword in call.keywords}
        named.add(name)
        if "reason" not in given:
            without_why.add(name)
        if not {"before", "after"} & given:
            without_what.add(name)
    assert without_why == ADD_ONLY
    assert without_what - {"action"} == AFTER_IN_THE_ACTION
    assert len(named) > 50


def _record_calls() -> Iterator[ast.Call]:
    for path in sorted(SERVICES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                yield node


def _leads_to_a_record(handler: Any) -> bool:
    seen: set[Any] = set()
    waiting = [handler]
    while waiting:
        function = waiting.pop()
        if any(function is each for each in RECORDS):
            return True
        if not isinstance(function, FunctionType) or function in seen:
            continue
        seen.add(function)
        waiting += _called(function)
    return False


@cache
def _called(function: FunctionType) -> tuple[Callable[..., Any], ...]:
    """Functions of ours that a function names: of modules it imports, of its own class, of the components."""
    found: list[Any] = []
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if isinstance(node, ast.Name):
            found.append(function.__globals__.get(node.id))
        elif isinstance(node, ast.Attribute):
            found.append(getattr(_owner(function, node.value), node.attr, None))
    return tuple(each for each in found if str(getattr(each, "__module__", "")).startswith("backend."))


def _owner(function: FunctionType, node: ast.expr) -> Any:
    """The module or class that an expression stands for; None where that is not plain to see."""
    match node:
        case ast.Name("self"):
            return getattr(sys.modules[function.__module__], function.__qualname__.partition(".")[0], None)
        case ast.Name(name):
            return function.__globals__.get(name)
        case ast.Attribute(ast.Name("components") | ast.Attribute(_, "components"), name):
            return get_type_hints(Components).get(name)
    return None
