"""An earlier commit runs in an environment from its own lock, and what its bench says is read."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from loadtests.earlier import (
    BenchFailed,
    Lone,
    Side,
    last_rate,
    lone_scans,
    main,
    parser,
    print_comparison,
    ratios,
    smoke_options,
    smoke_side,
)
from loadtests.earlier import Round as Compared
from loadtests.earlier_trees import ROOT, NotRunnable, checked_out, environment_of, shares_environment
from loadtests.machine import Use
from loadtests.report import Figures, Round, print_rates
from loadtests.rig import WIDTH
from loadtests.runs import Run

# Makes an editable wheel out of nothing, so that an environment can be made without a registry.
BACKEND = """
import zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "earlier-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel_directory + "/" + name, "w") as wheel:
        fill(wheel)
    return name

def fill(wheel):
    wheel.writestr("earlier-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: earlier\\nVersion: 1\\n")
    wheel.writestr("earlier-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("earlier-1.dist-info/RECORD", "")
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "making"\nbackend-path = ["."]\n'


def measured(rate: float, strangers: float = 0.0) -> str:
    return Round(Run(counted=int(rate), window_s=1.0), Use(1.0, 0.5, 0.5, 0.1, strangers)).sentence(
        "scans", 1, 1
    )


def made_tree(there: Path, lock: str) -> Path:
    there.mkdir()
    (there / "requirements-dev.lock").write_text(lock)
    (there / "pyproject.toml").write_text(PROJECT)
    (there / "making.py").write_text(BACKEND)
    return there


def made_wheel(directory: Path, needs: str) -> Path:
    path = directory / "gone-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        metadata = f"Metadata-Version: 2.1\nName: gone\nVersion: 1.0\nRequires-Python: {needs}\n"
        wheel.writestr("gone.py", "HERE = True\n")
        wheel.writestr("gone-1.0.dist-info/METADATA", metadata)
        wheel.writestr(
            "gone-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("gone-1.0.dist-info/RECORD", "")
    return path


def test_the_rate_is_read_as_a_bench_says_it() -> None:
    assert last_rate(f"making people …\n{measured(9623)}\n\nsealing what is left …") == (9623, False)
    assert last_rate(measured(650, 5.0)) == (650, True)


def test_the_last_try_of_a_disturbed_round_counts() -> None:
    assert last_rate(f"{measured(650, 5.0)}\n{measured(9000)}\n") == (9000, False)


def test_a_bench_without_a_rate_is_shown_with_what_it_said() -> None:
    with pytest.raises(BenchFailed, match="KeyError"):
        last_rate("round 1 of 1: scans …\nKeyError: 'neutralises'")


def test_lone_scans_are_read_as_a_bench_shows_them() -> None:
    figures = Figures([Round(Run(counted=40, window_s=1.0), Use(1.0, 0.5, 0.5, 0.1, 0.0))])
    figures.rounds[0].run.statuses[201] = 100
    figures.rounds[0].run.histogram.record(2_300)
    console = Console(width=WIDTH)
    with console.capture() as shown:
        print_rates(console, {"scans": figures}, {"scans": 1})
    assert lone_scans(shown.get()) == Lone(2.3, 2.3, 10_000)
    with pytest.raises(BenchFailed, match="no row of lone scans"):
        lone_scans(measured(9000))


def test_one_client_is_measured_no_longer_than_it_needs() -> None:
    options = ("--rounds", "1", "--seconds", "10.0")
    assert Side("now", ROOT, "python", options).lone_options == (
        *("--rounds", "1", "--seconds", "3.0"),
        *("--connections", "1"),
    )


def test_ratios_are_of_medians_and_of_the_larger_process() -> None:
    before = [
        Compared(100.0, False, (150.0, 140.0), Lone(2.0, 4.0, 900)),
        Compared(300.0, True, (160.0, 170.0), Lone(4.0, 6.0, 1100)),
    ]
    after = [
        Compared(190.0, False, (80.0, 132.0), Lone(3.3, 5.0, 1500)),
        Compared(190.0, False, (132.0, 80.0), Lone(3.3, 5.0, 1500)),
    ]
    assert ratios(before, after) == (0.95, 0.825)
    console = Console(width=WIDTH, record=True, quiet=True)
    sides = (Side("1234567", ROOT, "python", ()), Side("now", ROOT, "python", ()))
    with console.capture() as shown:
        console.quiet = False
        print_comparison(console, sides, (before, after))
    assert "0.82" in shown.get()
    assert re.search(r"ratio +│ +1\.10 │ +1\.00 │ +1\.50 │", shown.get())
    assert "170 and 160 MB" in shown.get() or "160 and 170 MB" in shown.get()


def test_a_commit_that_git_has_not_got_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotRunnable, match="git fetch --unshallow"):
        checked_out("0000000", tmp_path)


def test_the_tree_of_a_commit_is_taken_out_once(tmp_path: Path) -> None:
    tree = checked_out("HEAD", tmp_path)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert head.stdout.startswith(tree.name)
    (tree / "mine").touch()
    assert (checked_out("HEAD", tmp_path) / "loadtests" / "bench.py").is_file()
    assert (tree / "mine").is_file()


def test_a_smoke_run_without_the_earlier_commit_takes_the_last_one(tmp_path: Path) -> None:
    said: list[str] = []
    side = smoke_side("0000000", said.append, tmp_path)
    assert side.name == "HEAD"
    assert "0000000: git has not got it" in said[0]
    assert side.options == ("--smoke",)


def test_a_bench_from_before_smoke_gets_a_short_round(tmp_path: Path) -> None:
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests" / "bench.py").write_text('parser.add_argument("--quick")')
    assert "--smoke" not in smoke_options(tmp_path)


def test_an_environment_holds_what_the_trees_own_lock_names(tmp_path: Path) -> None:
    wheel = made_wheel(tmp_path, ">=3.11")
    tree = made_tree(tmp_path / "tree", f"gone @ {wheel.as_uri()}\n")
    said: list[str] = []
    for _ in range(2):
        python = environment_of(tree, said.append)
    assert python.is_relative_to(tree)
    script = "import gone, importlib.metadata; assert gone.HERE; print(importlib.metadata.version('earlier'))"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
    assert len(said) == 1, "the second time it was there"
    assert not shares_environment(tree)


def test_a_lock_that_no_python_supports_is_told_in_a_sentence(tmp_path: Path) -> None:
    wheel = made_wheel(tmp_path, ">=4")
    tree = made_tree(tmp_path / "tree", f"gone @ {wheel.as_uri()}\n")
    with pytest.raises(NotRunnable, match=r"(?s)No Python on the path can install .*\n  Python 3\.\d+: \S"):
        environment_of(tree, lambda sentence: None)
    assert not (tree / ".venv").exists()


def test_a_tree_without_a_lock_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotRunnable, match="has no lock"):
        environment_of(tmp_path, lambda sentence: None)


def test_a_commit_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "which earlier commit" in capsys.readouterr().err
    assert parser().parse_args(["121947e"]).revision == "121947e"
