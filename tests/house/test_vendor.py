"""What others wrote and pages load: each file is copied from a pinned package, with its licence beside it."""

from __future__ import annotations

import json
import re

from scripts.check_page_scripts import HERE, STATIC, VENDORED
from tests.house.source import ROOT

VENDOR = STATIC / "vendor"


def test_every_vendored_file_has_a_package_and_a_licence() -> None:
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert files == set(VENDORED)
    for name in VENDORED:
        assert (VENDOR / name).parent.joinpath("LICENSE.txt").read_text(encoding="utf-8").strip()


def test_packages_are_pinned_and_the_lock_says_no_address() -> None:
    wanted: dict[str, str] = json.loads((HERE / "package.json").read_text())["devDependencies"]
    locked = json.loads((HERE / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version
    assert {theirs.split("/")[0] for theirs in VENDORED.values()} <= set(wanted)
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert "omit-lockfile-registry-resolved=true" in (HERE / ".npmrc").read_text().split()
    assert "node_modules/" in (ROOT / ".gitignore").read_text().split()


def test_no_page_script_makes_code_of_text() -> None:
    """Pages are served with a policy that refuses it."""
    for path in STATIC.rglob("*.js"):
        assert not re.search(r"\beval\(|\bnew Function\(", path.read_text(encoding="utf-8")), path
