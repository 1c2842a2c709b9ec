"""A command that a document names runs before every change lands, and the documents name none that does not."""

from __future__ import annotations

import argparse
import importlib
import signal
import time
from pathlib import Path

import pytest
import typer

from backend.cli import app
from loadtests.rig import new_parser, parse
from loadtests.smoke import commands, documents
from loadtests.smoke.commands import LANES, Step
from loadtests.smoke.documents import Command, commands_in, name_of
from loadtests.smoke.steps import Failed, end_process, run_step
from tests.house.source import ROOT

LOADTESTS = ROOT / "loadtests"
SMOKE = "loadtests.smoke"


def runnable() -> set[str]:
    """Modules of the load tests that `python -m` runs."""
    found = set()
    for path in LOADTESTS.rglob("*.py"):
        if '__name__ == "__main__"' in path.read_text(encoding="utf-8"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.add(".".join(part for part in parts if part != "__main__"))
    return found


def parser_of(module: str) -> argparse.ArgumentParser:
    path = ROOT / Path(*module.split("."))
    made: argparse.ArgumentParser = importlib.import_module(
        f"{module}.__main__" if path.is_dir() else module
    ).parser()
    return made


def tianfu_commands() -> set[str]:
    found = set()
    for name, command in vars(typer.main.get_command(app))["commands"].items():
        found |= {f"tianfu {name} {each}".strip() for each in vars(command).get("commands", {"": command})}
    return found


def test_every_command_that_a_document_names_runs_before_a_change_lands() -> None:
    run = commands.run_in_ci()
    forgotten = sorted({f"{each.name} ({each.where})" for each in documents.named() if each.name not in run})
    assert not forgotten, "documents name commands that nobody runs; see loadtests/smoke/commands.py"


def test_every_load_test_and_every_command_of_the_product_has_a_form_of_seconds() -> None:
    run = commands.run_here()
    assert {f"python -m {module}" for module in runnable() - {SMOKE}} <= run
    assert tianfu_commands() <= run


def test_every_load_test_takes_smoke() -> None:
    for module in runnable() - {SMOKE}:
        assert "--smoke" in parser_of(module).format_help(), module


def refusal_of(command: Command) -> str:
    """Why the program does not take a command's options; empty where it does."""
    words, length = list(command.words), len(command.name.split())
    try:
        if words[0] != "make" and command.name.startswith("python"):
            # What stands in brackets may be left out.
            parser_of(words[2]).parse_args([word for word in words[3:] if not set(word) & set("[]")])
        elif words[0] != "make" and len(words) > length:
            group = typer.main.get_command(app)
            for word in command.name.split()[1:]:
                group = vars(group).get("commands", {}).get(word, group)
            group.make_context(command.name, words[length:])
    except (SystemExit, Exception) as error:
        # --version and --help end a program as well, with status 0.
        status = getattr(error, "exit_code", getattr(error, "code", 1))
        return f"{command.where}: {' '.join(words)}: {error}" if status else ""
    return ""


def test_options_that_a_document_names_are_taken(capsys: pytest.CaptureFixture[str]) -> None:
    refusals = [refusal for each in documents.named() if (refusal := refusal_of(each))]
    assert not refusals, capsys.readouterr().err


def test_the_smoke_runs_come_before_the_tests_and_pytest_closes() -> None:
    lines = commands.CI.read_text(encoding="utf-8").split("\n")
    called = [line for line in lines if name_of(tuple(line.split()))]
    (smoking,) = (number for number, line in enumerate(called) if "smoke" in line.split())
    assert smoking < called.index("make test")
    assert called[-1] == "make test"
    assert f"python -m {SMOKE}" in commands.made_by("smoke")


def test_a_target_of_make_counts_as_what_its_recipe_runs() -> None:
    assert Step("make bench OPTIONS=--smoke").names == {"make bench", "python -m loadtests.bench"}
    assert Step("make run").names == {"make run", "tianfu run"}


def test_lanes_and_their_settings_are_known() -> None:
    assert len({lane.name for lane in LANES}) == len(LANES)
    assert {lane.environment for lane in LANES} <= {"", "demo", "production", "scratch"}
    for lane in LANES:
        for step in lane.steps:
            assert all(step.names), step.command
            assert step.stays or step.ends_by is signal.SIGTERM


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Then `make bench` measures.", ["make bench"]),
        ("Staff make a link; `make` and `git` are needed.", []),
        ("Two make\nmake run of it.", []),
        ("`.venv/bin/tianfu simulate --attendees 5` sends a crowd.", ["tianfu simulate"]),
        ("`tianfu staff add NAME --role organiser`", ["tianfu staff add"]),
        ("`tianfu staff` and `tianfu` alone", []),
        ("`tianfu --version` tells it", ["tianfu --version"]),
        ("```sh\nmake run    # or: make test\n```\nmake bench", ["make run"]),
        ("```sh\n$ TIANFU_PORT=8001 make run && tianfu audit\n```", ["make run", "tianfu audit"]),
        ("Like this:\n\n    tianfu audit\n    make bench\n\nand so on.", ["tianfu audit", "make bench"]),
        ("- Staff say where,\n    make a link with its QR.", []),
        ("```sh\npython3 -c 1 | bin/python -m loadtests.city --smoke\n```", ["python -m loadtests.city"]),
        ("`make test T=tests/house`", ["make test"]),
        ("`make -n clean`", ["make clean"]),
        ("`docker compose run migrate`", []),
    ],
)  # fmt: skip
def test_commands_are_found_in_code_and_nowhere_else(text: str, names: list[str]) -> None:
    assert [name_of(words) for words in commands_in(text)] == names


def test_a_smoke_run_has_small_numbers_unless_others_are_given() -> None:
    def rounds(*arguments: str) -> int:
        parser = new_parser("bench", None)
        parser.add_argument("--rounds", type=int, default=3)
        found: int = parse(parser, list(arguments), rounds=1).rounds
        return found

    assert (rounds(), rounds("--smoke"), rounds("--smoke", "--rounds", "2")) == (3, 1, 2)


def test_a_command_that_fails_is_shown_with_what_it_said() -> None:
    with pytest.raises(Failed, match=r"(?s)status 3.*it said:.*the reason"):
        run_step(Step("python -c 'import sys; print(\"the reason\"); sys.exit(3)'"), {}, {})


def test_what_a_command_reads_and_its_settings_reach_it() -> None:
    step = Step("python -c 'import os; assert input() == os.environ[\"TIANFU_ISSUER\"]'", stdin="me\n")
    assert run_step(step, {}, {"TIANFU_ISSUER": "me"}) is None


def test_a_command_that_stays_is_told_to_end() -> None:
    process = run_step(Step("python -c 'import time; time.sleep(60)'", stays=True), {}, {})
    assert process is not None
    end_process(process)


@pytest.mark.parametrize("script", ["pass", "import time; time.sleep(60)"])
def test_a_command_that_should_stay_and_does_not_serve_is_a_failure(script: str) -> None:
    step = Step(f"python -c '{script}'", stays=True, asks="http://127.0.0.1:9/")
    with pytest.raises(Failed, match=r"ended by itself|did not answer"):
        run_step(step, {}, {}, ready_s_max=1.0)


def test_a_crash_at_the_end_is_a_failure() -> None:
    script = "import signal, sys; signal.signal(15, lambda *_: 1 / 0); print(1, flush=True); signal.pause()"
    process = run_step(Step(f"python -c '{script}'", stays=True), {}, {})
    assert process is not None
    while "1" not in process.said():
        time.sleep(0.01)
    with pytest.raises(Failed, match="ZeroDivisionError"):
        end_process(process)
