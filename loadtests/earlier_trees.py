"""An earlier commit made runnable: its tree out of git, and an environment from its own lock, under var/earlier."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

from loadtests.rig import VAR

ROOT = VAR.parent
EARLIER = VAR / "earlier"
LOCKS = ("requirements-dev.lock", "requirements.lock")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MADE = "made from the lock"
INSTALL_S_MAX = 900.0


class NotRunnable(Exception):
    """An earlier commit that cannot be had or run here; says why, and what would help."""


def checked_out(revision: str, directory: Path = EARLIER, name: str = "") -> Path:
    """The tree of a commit in a folder of its own, named after the commit unless `name` says otherwise.

    Raises NotRunnable where git does not know the commit, as in a clone without its history.
    """
    commit = _git("rev-parse", "--verify", f"{revision}^{{commit}}").decode().strip()
    there = directory / (name or commit[:12])
    mark = there / ".commit"
    if not mark.is_file() or mark.read_text(encoding="ascii") != commit:
        shutil.rmtree(there, ignore_errors=True)
        with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
            archive.extractall(there, filter="data")
        mark.write_text(commit, encoding="ascii")  # last: a tree without it was never complete
    return there


def _git(*words: str) -> bytes:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True)
    except FileNotFoundError:
        raise NotRunnable("git is not there, and the earlier commit is in its store.") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines() or ["nothing"]
        raise NotRunnable(
            f"git has not got it ({said[-1]}). A shallow clone gets the rest with `git fetch --unshallow`."
        ) from None
    return done.stdout


def environment_of(tree: Path, say: Callable[[str], None]) -> Path:
    """The Python of a virtual environment with what the tree's own lock names; made at the first time.

    The lock may name what today's Python has no wheel for, so that of this process is tried first and then
    every one on the path. Raises NotRunnable when none can install all of it.
    """
    lock = _lock_of(tree)
    home = tree / ".venv"
    if (home / MADE).is_file():
        return home / "bin" / "python"
    refusals = []
    for version, python in _pythons():
        say(f"{tree.name}: an environment with Python {version} from its {lock.name} …")
        refusal = _install(python, home, lock)
        if not refusal:
            return home / "bin" / "python"
        refusals.append(f"Python {version}: {refusal}")
    shutil.rmtree(home, ignore_errors=True)
    raise NotRunnable(
        f"No Python on the path can install {lock} from wheels. Tried were those of {', '.join(PYTHONS)} that are "
        f"there:\n  " + "\n  ".join(refusals) + "\nPut another on the path, or choose a later commit."
    )


def shares_environment(tree: Path) -> bool:
    """Whether a tree has this checkout's own lock, so that the environment of this process serves it too."""
    lock = _lock_of(tree)
    ours = ROOT / lock.name
    return ours.is_file() and ours.read_bytes() == lock.read_bytes()


def _lock_of(tree: Path) -> Path:
    for name in LOCKS:
        if (tree / name).is_file():
            return tree / name
    raise NotRunnable(f"{tree.name} has no lock ({' or '.join(LOCKS)}) to make its environment from.")


def _pythons() -> Iterator[tuple[str, str]]:
    """Version and program of every Python that the project ever supported, this process's version first."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for version in (own, *(each for each in PYTHONS if each != own)):
        # Two checkouts compared by the same Python differ by nothing else.
        programs = [sys._base_executable] if version == own else []  # type: ignore[attr-defined]
        programs += [
            str(Path(folder) / f"python{version}") for folder in os.environ.get("PATH", "").split(os.pathsep)
        ]
        # A shim may be there for a Python that is not: the first that runs counts.
        found = next((each for each in programs if _is_version(each, version)), None)
        if found is not None:
            yield version, found


def _is_version(program: str, version: str) -> bool:
    script = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [program, "-c", script], capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == version


def _install(python: str, home: Path, lock: Path) -> str:
    """Make the environment; empty, or the last thing that was said against it."""
    shutil.rmtree(home, ignore_errors=True)
    pip = (
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--python",
        str(home / "bin" / "python"),
    )
    install = (*pip, "install", "--quiet", "--no-deps")
    steps = (
        (python, "-m", "venv", "--without-pip", str(home)),
        # From wheels alone: what must be compiled first says more of this machine's compilers than of the commit.
        (*install, "--only-binary", ":all:", "-r", str(lock)),
        # The tree itself, as `make install` does it: a program asks for its own version.
        (*install, "--editable", "."),
    )
    for words in steps:
        try:
            done = subprocess.run(
                words, cwd=lock.parent, capture_output=True, text=True, timeout=INSTALL_S_MAX, check=False
            )
        except subprocess.TimeoutExpired:
            return f"not done after {INSTALL_S_MAX:.0f} s"
        if done.returncode:
            said = [line for line in done.stderr.splitlines() if line.strip()]
            return said[-1].strip() if said else f"status {done.returncode}"
    (home / MADE).touch()
    return ""
