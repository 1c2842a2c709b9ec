"""Imports point one way, and few rooms know the libraries that speak to other machines."""

from __future__ import annotations

import pytest

from tests.house.source import modules, room_of, subject_of

LEAVES = {"errors", "settings"}
# Room → rooms it may import, besides itself.
MAY_IMPORT: dict[str, set[str]] = {
    "backend": set(),
    "errors": {"texts"},
    "settings": {"key_checks", "setting_checks", "setting_texts", "ways_in_checks"},
    "key_checks": set(),
    "setting_checks": {"key_checks"},
    "ways_in_checks": set(),
    "setting_texts": set(),
    "texts": {"tenant"},
    "tenant": set(),
    "tenants_file": {"settings", "setting_checks", "key_checks", "tenant", "texts"},
    "models": set(),
    "migrations": set(),
    "domain": {"errors", "texts"},
    "outside": {"errors", "backend"},
    "messages": {"domain", "errors", "texts"},
    "catalogue": {"domain", "errors", "texts"},
    "auth": {"models", "errors"},
    "logging": {"settings"},
    "gc_tuning": set(),
}
MAY_IMPORT["tenant_assembly"] = {"assembly", "components", "catalogue", "services", "tenant", "tenants_file"}
# Whatever looks things up by the running task's city.
for _room in ("catalogue", "logging", "domain", "outside"):
    MAY_IMPORT[_room] |= {"tenant"}
LEAVES |= {"tenant"}
MAY_IMPORT["storage"] = {"models", "migrations", "domain"} | LEAVES
MAY_IMPORT["ledger"] = {"storage", "models", "domain", "messages", "catalogue", "texts"} | LEAVES
MAY_IMPORT["render"] = {"domain", "messages", "catalogue", "texts"} | LEAVES
MAY_IMPORT["services"] = MAY_IMPORT["ledger"] | {"ledger", "auth", "outside", "render"}
MAY_IMPORT["jobs"] = MAY_IMPORT["services"] | {"services"}
MAY_IMPORT["components"] = MAY_IMPORT["services"] | {"services"}
MAY_IMPORT["routes"] = MAY_IMPORT["components"] | {"components"}
MAY_IMPORT["openapi"] = {"routes", "messages", "errors"}
MAY_IMPORT["infrastructure"] = MAY_IMPORT["ledger"] | {"ledger", "outside"}
MAY_IMPORT["assembly"] = MAY_IMPORT["components"] | {"components", "infrastructure", "jobs"}
MAY_IMPORT["worker_assembly"] = MAY_IMPORT["jobs"] | {"infrastructure", "jobs", "logging"}
MAY_IMPORT["app"] = MAY_IMPORT["routes"] | {"routes", "assembly", "openapi", "logging", "gc_tuning"}
MAY_IMPORT["launcher"] = MAY_IMPORT["services"] | {"services", "app", "worker_assembly", "logging"}
MAY_IMPORT["simulation"] = {"domain", "settings", "errors"}
MAY_IMPORT["cli"] = MAY_IMPORT["launcher"] | {"launcher", "simulation"}
MAY_IMPORT["app"] |= {"tenant_assembly", "tenants_file"}
for _room in ("worker_assembly", "launcher", "cli"):
    MAY_IMPORT[_room] |= {"tenants_file"}

# Floor → its subjects, lowest row first: a subject imports rows below its own, and none beside it. What stands in no
# row is shared by all of them and imports none.
ORDER: dict[str, tuple[tuple[str, ...], ...]] = {
    "domain": (
        ("catalogue",),
        ("inventory",),
        (
            "account",
            "actions",
            "badges",
            "certificates",
            "community",
            "credits",
            "events",
            "event_reports",
            "issuance",
        ),
        ("footprint", "gates", "notifications", "operations", "partners", "rewards", "security"),
    ),
    "messages": (
        ("organisations",),
        (
            "catalogue",
            "certificates",
            "gates",
            "identity",
            "inventory",
            "issuance",
            "notifications",
            "operations",
            "rewards",
            "security",
        ),
        ("actions", "community", "credits", "event_reports"),
        ("account", "events", "partners"),
        ("badges", "neutrality", "venue"),
    ),
    "services": (
        ("security",),
        ("identity",),
        ("organisations",),
        ("certificates", "notifications"),
        ("catalogue", "issuance", "partners", "rewards"),
        ("credits",),
        ("events",),
        ("community", "inventory"),
        ("actions",),
        ("badges", "event_reports", "gates", "venue"),
        ("neutrality", "supervision", "verification"),
        ("evaluation",),
        ("disclosure",),
        ("feeds", "search"),
        ("account", "operations"),
    ),
    "render": (("drawing", "texts"), ("pictures", "tables"), ("sheets",), ("pages",)),
}

# Outside of storage, asyncpg is known for the classes of its rows and of its errors alone, with one exception.
KNOW_ASYNCPG = {
    "backend.ledger.batch": "the type of a row",
    "backend.ledger.queue": "the type of a row",
    "backend.models.keys": "the fast class of a UUID",
    "backend.services.identity.sessions": "a constraint that said no",
    "backend.services.catalogue.publish": "a connection as the owner, to publish with",
}


def test_a_module_imports_only_what_lies_below_it() -> None:
    rooms = {module.room for module in modules()}
    assert rooms - MAY_IMPORT.keys() == set(), "new rooms: say in this test what they may import"
    upwards = {
        (module.name, name)
        for module in modules()
        for name in module.imports
        if (name == "backend" or name.startswith("backend."))
        and room_of(name) not in MAY_IMPORT[module.room] | {module.room}
    }
    assert upwards == set()


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


def test_subjects_of_routes_do_not_import_each_other() -> None:
    # What two subjects share is passed in, or lies below; http/ and the live stream's route are made to be shared.
    sideways = {
        (module.name, name)
        for module in modules()
        if module.room == "routes" and module.subject not in ("routes", "http")
        for name in module.imports
        if name.startswith("backend.routes.") and subject_of(name) not in ("http", "live", module.subject)
    }
    assert sideways == set()


@pytest.mark.parametrize("floor", list(ORDER))
def test_subjects_of_a_floor_import_only_subjects_below_them(floor: str) -> None:
    ranks = {subject: rank for rank, row in enumerate(ORDER[floor]) for subject in row}
    upwards = {
        (module.name, name)
        for module in modules()
        if module.room == floor and module.subject in ranks
        for name in module.imports
        if name.startswith(f"backend.{floor}.")
        and subject_of(name) != module.subject
        and ranks.get(subject_of(name), -1) >= ranks[module.subject]
    }
    assert upwards == set()


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
    ends = {"routes", "app", "launcher", "simulation"}
    for module in modules():
        libraries = {name.split(".")[0] for name in module.imports}
        if libraries & {"starlette", "uvicorn"}:
            assert module.room in ends, module.name
        if libraries & {"httpx2"}:
            assert module.room in {"outside", "simulation"}, module.name
