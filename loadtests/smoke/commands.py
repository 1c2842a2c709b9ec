"""The commands that are run, each in its form of seconds, and what `.ci/run` does besides.

One list for all: `python -m loadtests.smoke` runs it, and tests/loadtests/test_smoke.py holds the documents to it.
"""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from loadtests.smoke.documents import ROOT, commands_in, name_of
from loadtests.smoke.ground import scan_badge, take_certificate

CI = ROOT / ".ci" / "run"


@dataclass(frozen=True, slots=True)
class Step:
    """One command. In its words {url}, {files} and {server_url} stand for what the run knows."""

    command: str
    stdin: str = ""
    stays: bool = False
    """It serves until it is told to end, after the last step of its lane; the next step waits until it answers."""
    ends_by: signal.Signals = signal.SIGTERM
    asks: str = ""
    """The address that answers when a command that stays is ready."""
    then: Callable[[Mapping[str, str]], None] | None = None
    """What is done for later steps once it serves, or is over."""
    again_s: float = 0.0
    """For so long a command is tried again until it succeeds: what it asks for comes a moment later."""

    @property
    def names(self) -> frozenset[str]:
        """What it runs as the documents call it: a target of make is also what its recipe runs."""
        words = tuple(self.command.split())
        return frozenset({name_of(words)}) | (made_by(words[1]) if words[0] == "make" else frozenset())


@dataclass(frozen=True, slots=True)
class Lane:
    """Steps one after the other. Lanes run side by side, so no two of them share a database."""

    name: str
    steps: tuple[Step, ...]
    environment: str = ""
    """Which settings its steps get: those of `demo` or of `production`, none, or none in a `scratch` checkout."""


@cache
def made_by(target: str) -> frozenset[str]:
    """Commands in the recipe of a target of the Makefile."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", target):
        return frozenset()
    recipe = subprocess.run(
        ["make", "--dry-run", "--always-make", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    # As a block of code is written in a document.
    text = "\n\n".join(f"    {line}" for line in recipe.stdout.splitlines())
    return frozenset(name_of(words) for words in commands_in(text))


def _loadtest(name: str, *options: str) -> Step:
    return Step(" ".join(("python", "-m", f"loadtests.{name}", *options, "--smoke")))


LANES = (
    Lane("bench", (Step("make bench OPTIONS=--smoke"), _loadtest("earlier", "--worker"))),
    Lane(
        "city",
        (
            _loadtest("city"),
            _loadtest("actions", "--city"),
            _loadtest("summary"),
            _loadtest("boards"),
            _loadtest("search"),
            _loadtest("log"),
            _loadtest("event_report"),
            _loadtest("disclosure"),
            _loadtest("inventory"),
        ),
    ),
    Lane(
        "events",
        (
            _loadtest("partners"),
            _loadtest("flash_sale"),
            _loadtest("devices"),
            _loadtest("badges"),
            _loadtest("freeze"),
            _loadtest("foreign_keys"),
            _loadtest("row_security"),
            _loadtest("cities"),
            _loadtest("noise"),
            _loadtest("baselines", "twin"),
        ),
    ),
    Lane(
        "demo",
        (
            Step("make run", stays=True, ends_by=signal.SIGINT, asks="{url}/readyz", then=scan_badge),
            Step("tianfu simulate --attendees 20 --seconds 1 --url {url}"),
            Step("tianfu audit"),
            Step("tianfu settings"),
            Step("tianfu jobs", again_s=30.0, then=take_certificate),
            Step("tianfu verify {files}/certificate.json --keys {files}/keys.json"),
            Step("tianfu verify {files}/certificate.json --url {url}"),
            Step("make psql", stdin="SELECT count(*) FROM attendances;\n"),
        ),
        environment="demo",
    ),
    Lane(
        "production",
        (
            Step("tianfu migrate"),
            Step("tianfu staff add smoke --role organiser", stdin="not-a-secret-only-for-trials\n"),
            Step("tianfu staff password smoke", stdin="another-one-only-for-trials\n"),
            Step("tianfu staff reset-second-factor smoke"),
            Step("tianfu staff disable smoke"),
            Step("tianfu reencrypt"),
            Step("tianfu serve", stays=True, asks="{server_url}/readyz"),
            Step("tianfu worker", stays=True),
            Step("tianfu jobs", again_s=30.0),
            Step("tianfu jobs --json"),
            Step("tianfu audit --json --quiet"),
        ),
        environment="production",
    ),
    Lane(
        "tools",
        (
            Step("make help"),
            Step("tianfu --version"),
            Step("make migration NAME=smoke_trial"),
            Step("make tidy"),
            Step("make hooks"),
            Step("make fast T=tests/domain/catalogue"),
            Step("make nightly T=tests/domain/credits"),
            Step("make clean"),
        ),
        environment="scratch",
    ),
)


def run_here() -> frozenset[str]:
    """What `python -m loadtests.smoke` runs."""
    return frozenset(name for lane in LANES for step in lane.steps for name in step.names)


def run_in_ci() -> frozenset[str]:
    """What `.ci/run` runs, of which this is a part."""
    lines = CI.read_text(encoding="utf-8").splitlines()
    called = [tuple(line.split()) for line in lines if name_of(tuple(line.split()))]
    found = {name_of(words) for words in called}
    for words in called:
        if words[0] == "make":
            targets = [word for word in words[1:] if word.isalpha()]
            found |= {f"make {target}" for target in targets}.union(*map(made_by, targets))
    return frozenset(found) | (run_here() if "python -m loadtests.smoke" in found else frozenset())
