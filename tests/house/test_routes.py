"""A handler reads, calls one function of a service, answers: points, grams and rows are no business of a route."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import Module, modules

ROUTES = [module for module in modules() if module.room == "routes" and module.subject != "http"]

# What a handler may touch of the components besides calling a service: these hold settings and data, send what was
# made, or draw an answer.
NO_SERVICES = {
    "settings",
    "catalogue",
    "database",
    "codes",
    "tokens",
    "drawings",
    "downloads",
    "ledger",
    "queue",
}


def imported(module: Module, floor: str) -> set[str]:
    """Names under which a module knows what it imports from a floor."""
    return {
        alias.asname or alias.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"backend.{floor}")
        for alias in node.names
    }


def root_of(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def component_of(node: ast.expr) -> str | None:
    """`steps` of call.components.steps.take and of components.steps.take."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        names.append(node.id)
    names.reverse()
    if "components" not in names[:-2]:
        return None
    return names[names.index("components") + 1]


def functions_of(module: Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    return {function.name: function for function in module.functions}


def calls_of(module: Module, name: str, seen: frozenset[str] = frozenset()) -> Iterator[ast.Call]:
    """Every call in a handler and in the helpers of its module that it uses."""
    functions = functions_of(module)
    for node in ast.walk(functions[name]):
        if isinstance(node, ast.Call):
            yield node
            helper = node.func.id if isinstance(node.func, ast.Name) else ""
            if helper in functions and helper not in seen | {name}:
                yield from calls_of(module, helper, seen | {name})


def handlers_of(module: Module) -> Iterator[str]:
    for function in module.tree.body:
        if isinstance(function, ast.AsyncFunctionDef) and [each.arg for each in function.args.args] == [
            "call"
        ]:
            yield function.name


def service_calls(module: Module, handler: str) -> list[str]:
    services = imported(module, "services")
    return [
        name
        for call in calls_of(module, handler)
        # Not the structs and constants of a service.
        if not re.search(r"\b[A-Z]", name := ast.unparse(call.func))
        if root_of(call.func) in services
        or ((component := component_of(call.func)) is not None and component not in NO_SERVICES)
    ]


@pytest.mark.parametrize("module", ROUTES, ids=lambda module: module.name)
def test_a_route_knows_no_tables_and_no_statements(module: Module) -> None:
    forbidden = ("backend.models", "backend.storage.statements", "tortoise")
    assert [name for name in module.imports if name.startswith(forbidden)] == []


@pytest.mark.parametrize("module", ROUTES, ids=lambda module: module.name)
def test_a_handler_calls_one_function_of_a_service(module: Module) -> None:
    for handler in handlers_of(module):
        called = service_calls(module, handler)
        assert len(called) <= 1, (handler, called)


@pytest.mark.parametrize("module", ROUTES, ids=lambda module: module.name)
def test_a_handler_asks_neither_the_database_nor_the_ledger_itself(module: Module) -> None:
    for handler in handlers_of(module):
        asked = [ast.unparse(call.func) for call in calls_of(module, handler)]
        assert [each for each in asked if each.endswith((".queue.submit", ".database.fetch"))] == [], handler
