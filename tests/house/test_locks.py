"""What is installed is what was looked at: each package by its hashes, wherever it is downloaded from."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-installer.lock")
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==\S+(?: ;[^\\]+?)? \\\n(?P<hashes>(?: {4}--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.M,
)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_hashes_and_none_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert ENTRY.sub("", text) == "", "a package without hashes, or something that is no package"
    assert not re.search(r"://|@ |--(?:extra-)?index|--find-links", text)


def test_the_image_and_the_developer_install_nothing_without_its_hash() -> None:
    for name in ("scripts/install-packages.sh", "Dockerfile"):
        text = (ROOT / name).read_text(encoding="utf-8")
        installs = [line for line in text.splitlines() if re.search(r"pip install.*requirements", line)]
        assert installs, name
        assert all("--require-hashes" in line for line in installs), name


def test_a_package_that_was_exchanged_on_its_way_is_not_installed(tmp_path: Path) -> None:
    """The attack: a mirror serves other bytes under the name and version of the lock."""
    wheel = tmp_path / "msgspec-0.22.0-py3-none-any.whl"
    wheel.write_bytes(b"PK\x05\x06" + bytes(18))
    entry = next(each for each in ENTRY.finditer((ROOT / LOCKS[0]).read_text()) if each["name"] == "msgspec")
    lock = tmp_path / "lock"
    lock.write_text(entry.group())
    words = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--no-index"]
    words += ["--find-links", str(tmp_path), "--dest", str(tmp_path / "out"), "--requirement", str(lock)]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={"PIP_CONFIG_FILE": "/dev/null", "PATH": ""}
    )
    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr
