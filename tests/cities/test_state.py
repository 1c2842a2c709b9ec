"""Nothing of a module remembers what one city's request brought along: it would be there for the next city's."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import Module, modules

# What a module keeps for the whole process, and why it is the same for every city. Whatever else is kept belongs into
# an object that a city's parts are made of, or under `per_tenant`.
SAME_FOR_ALL = {
    # Files of the program, read once.
    "backend.storage.sqlfiles",
    "backend.render.pages.html._environment",
    "backend.render.pages.html.page_modules",
    "backend.routes.pages._scanner_worker",
    "backend.routes.pages._code_worker",
    "backend.services.identity.password_policy",
    "backend.domain.certificates.drawn_names",
    # Pure functions of their arguments.
    "backend.services.certificates.transparency_log._keys",
    "backend.services.events.cities._initials",
    "backend.domain.catalogue.formula",
    "backend.domain.catalogue.units",
    "backend.domain.imports.encodings",
    "backend.domain.qr_codes",
    "backend.messages.body_errors",
    "backend.routes.http.metrics",
    "backend.routes.http.problems.language_of",
    "backend.routes.http.problems.all_refusals",
    "backend.routes.http.problems._refusal_class",
    "backend.setting_texts.parse_networks",
    "backend.render.pictures.renderer",
    "backend.render.drawing",
    "backend.render.sheets.scene_paper",
    "backend.app._document",
    # A command's, which is for one city.
    "backend.cli._Chosen",
    # The machine's: how many passwords are hashed at once.
    "backend.services.identity.password_hashing",
    # Of a process of its own, which draws one file.
    "backend.render.pictures.badges._pack",
    "backend.render.sheets.badges._sheets",
}
CACHES = {"cache", "lru_cache", "cached_property"}
MUTABLE = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
MAKES_MUTABLE = {
    "dict",
    "list",
    "set",
    "defaultdict",
    "OrderedDict",
    "Counter",
    "deque",
    "WeakValueDictionary",
}
CHANGES = {
    "append",
    "add",
    "update",
    "setdefault",
    "pop",
    "clear",
    "extend",
    "insert",
    "popitem",
    "remove",
    "discard",
}


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def kept(module: Module) -> Iterator[str]:
    """Functions of a module that remember what they gave, and values of it that functions of it change."""
    mutable = set()
    classes = {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if {_name(each) for each in node.decorator_list} & CACHES:
                yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            is_made = isinstance(node.value, ast.Call) and _name(node.value) in MAKES_MUTABLE
            if is_made or isinstance(node.value, MUTABLE):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                mutable |= {target.id for target in targets if isinstance(target, ast.Name)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Global):
            yield from node.names
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES
        ):
            if isinstance(node.func.value, ast.Name) and node.func.value.id in mutable:
                yield node.func.value.id
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            owners = mutable if isinstance(node, ast.Subscript) else classes
            if isinstance(node.value, ast.Name) and node.value.id in owners:
                yield node.value.id


def test_what_a_module_keeps_is_the_same_for_every_city() -> None:
    odd = {
        f"{module.name}.{name}"
        for module in modules()
        for name in kept(module)
        if not any(
            f"{module.name}.{name}" == known or f"{module.name}.{name}".startswith(f"{known}.")
            for known in SAME_FOR_ALL
        )
    }
    assert odd == set(), "may these hold what one city's request brought along?"


def test_the_search_finds_what_would_leak() -> None:
    text = (
        "seen = {}\n@lru_cache\ndef a(): ...\ndef b(x):\n    seen[x] = 1\ndef c():\n    global d\n    d = 1\n"
        "class E:\n    f = 0\ndef g():\n    E.f += 1\n"
    )
    module = Module(modules()[0].path, text, ast.parse(text))
    assert sorted(kept(module)) == ["E", "a", "d", "seen"]
