"""Imports point one way, and few rooms know the libraries that speak to other machines."""

from __future__ import annotations

import pytest

from tests.house.source import Module, modules, room_of

LEAVES = {"errors", "settings"}
# Room → rooms it may import, besides itself.
MAY_IMPORT: dict[str, set[str]] = {
    "backend": set(),
    "errors": set(),
    "settings": set(),
    "models": set(),
    "migrations": set(),
    "domain": {"errors"},
    "outside": {"errors", "backend"},
    "messages": {"domain", "errors"},
    "catalogue": {"domain", "errors"},
    "auth": {"models", "errors"},
    "logs": {"settings"},
    "processes": set(),
}
MAY_IMPORT["storage"] = {"models", "migrations", "domain"} | LEAVES
MAY_IMPORT["ledger"] = {"storage", "models", "domain", "messages", "catalogue"} | LEAVES
MAY_IMPORT["services"] = MAY_IMPORT["ledger"] | {"ledger", "auth", "outside"}
MAY_IMPORT["jobs"] = MAY_IMPORT["services"] | {"services"}
MAY_IMPORT["parts"] = MAY_IMPORT["services"] | {"services"}
MAY_IMPORT["routes"] = MAY_IMPORT["parts"] | {"parts"}
MAY_IMPORT["openapi"] = {"routes", "messages", "errors"}
MAY_IMPORT["app"] = MAY_IMPORT["routes"] | {"routes", "jobs", "openapi", "logs", "processes"}
MAY_IMPORT["running"] = MAY_IMPORT["services"] | {"services", "app", "logs"}
MAY_IMPORT["crowd"] = {"domain", "settings", "errors"}
MAY_IMPORT["cli"] = MAY_IMPORT["running"] | {"running", "crowd"}

# Outside of storage, asyncpg is known for the classes of its rows and of its errors alone, with one exception.
KNOW_ASYNCPG = {
    "backend.ledger.batch": "the type of a row",
    "backend.ledger.queue": "the type of a row",
    "backend.models.keys": "the fast class of a UUID",
    "backend.services.sessions": "a constraint that said no",
    "backend.services.catalogue": "a connection as the owner, to publish with",
}


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_imports_only_what_lies_below_it(module: Module) -> None:
    assert module.room in MAY_IMPORT, f"{module.room} is a new room: say in this test what it may import"
    allowed = MAY_IMPORT[module.room] | {module.room}
    ours = {name for name in module.imports if name == "backend" or name.startswith("backend.")}
    assert {name for name in ours if room_of(name) not in allowed} == set()


def test_the_rooms_form_no_circle() -> None:
    rooms = {module.room for module in modules()}
    uses = {
        room: {
            room_of(name)
            for module in modules()
            if module.room == room
            for name in module.imports
            if name.startswith("backend.")
        }
        - {room}
        for room in rooms
    }
    while uses:
        floor = {room for room, below in uses.items() if not below}
        assert floor, f"these import each other in a circle: {sorted(uses)}"
        uses = {room: below - floor for room, below in uses.items() if room not in floor}


@pytest.mark.parametrize("room", ["routes"])
def test_the_subjects_of_a_room_do_not_import_each_other(room: str) -> None:
    # What two subjects share is passed in, or lies below; these are made to be shared.
    shared = {"serving", "problems", "metrics", "live"}
    for module in modules():
        if module.room == room and module.path.stem not in ("__init__", "middleware"):
            sideways = {name.split(".")[2] for name in module.imports if name.startswith(f"backend.{room}.")}
            assert sideways - shared == set(), module.name


def test_redis_is_known_to_storage_alone() -> None:
    knowing = {each.room for each in modules() if any(name.split(".")[0] == "redis" for name in each.imports)}
    assert knowing == {"storage"}


def test_asyncpg_is_known_to_storage_and_to_nobody_new() -> None:
    knowing = {
        each.name
        for each in modules()
        if each.room != "storage" and any(name.split(".")[0] == "asyncpg" for name in each.imports)
    }
    assert knowing == set(KNOW_ASYNCPG)


def test_nothing_but_routes_and_the_ends_of_the_house_knows_http() -> None:
    ends = {"routes", "app", "running", "crowd"}
    for module in modules():
        libraries = {name.split(".")[0] for name in module.imports}
        if libraries & {"starlette", "uvicorn"}:
            assert module.room in ends, module.name
        if libraries & {"httpx2"}:
            assert module.room in {"outside", "crowd"}, module.name
