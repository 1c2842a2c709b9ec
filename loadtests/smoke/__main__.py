"""`python -m loadtests.smoke`: every command that the documents name, in its form of seconds.

The lists and their reasons are in loadtests/smoke/commands.py. Lanes run side by side and share embedded servers in
var/smoke. Ends with status 1 when a command fails; what it said is shown.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from backend.outside.embedded import EmbeddedServers, EmbeddedUnavailable
from loadtests.machine import NotAlone, alone
from loadtests.rig import VAR
from loadtests.smoke.commands import LANES, Lane
from loadtests.smoke.documents import ROOT
from loadtests.smoke.ground import Ground, prepare_ground
from loadtests.smoke.steps import Failed, Process, end_process, run_step

SMOKE = VAR / "smoke"
LANES_AT_ONCE = 3
"""On two processors: much of each lane is waiting for processes to start."""


@dataclass
class Run:
    """All lanes under way, and what became of their commands."""

    ground: Ground
    done: int = 0
    failed: list[str] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, command: str, began: float, error: str = "") -> None:
        """One line for each command when it is over."""
        with self._guard:
            word = "FAILED" if error else "ok"
            print(f"{word:6} {time.monotonic() - began:5.1f} s  {command}", flush=True)
            if error:
                print(f"  {error}", flush=True)
                self.failed.append(command)
            self.done += 1

    def run_lane(self, lane: Lane) -> None:
        """Each step; after one that failed the rest has nothing to stand on."""
        staying: list[Process] = []
        environment = self.ground.environments[lane.environment]
        directory = self.ground.scratch if lane.environment == "scratch" else ROOT
        try:
            for step in lane.steps:
                began, told = time.monotonic(), step.command.format_map(self.ground.known)
                try:
                    process = run_step(step, self.ground.known, environment, directory)
                    if process is not None:
                        staying.append(process)
                        told += " (started)"
                    if step.then is not None:
                        step.then(self.ground.known)
                except (Failed, OSError) as error:
                    self.tell(told, began, str(error))
                    return
                self.tell(told, began)
        finally:
            for process in reversed(staying):
                self._end(process)

    def _end(self, process: Process) -> None:
        began, told = time.monotonic(), f"{process.step.command} (ended)"
        try:
            end_process(process)
        except Failed as error:
            self.tell(told, began, str(error))
        else:
            self.tell(told, began)


def run_all(lanes: list[Lane]) -> int:
    """Run the lanes side by side; exit status 0 when every command of them works."""
    began = time.monotonic()
    with alone(SMOKE, "smoke"), EmbeddedServers(SMOKE) as servers:
        run = Run(prepare_ground(servers, SMOKE))
        pool = ThreadPoolExecutor(LANES_AT_ONCE)
        try:
            for future in [pool.submit(run.run_lane, lane) for lane in lanes]:
                future.result()
        finally:
            # Only what was broken off leaves anything to kill or to cancel.
            pool.shutdown(wait=False, cancel_futures=True)
            Process.kill_all()
            pool.shutdown()
    seconds = time.monotonic() - began
    if run.failed:
        print(f"{len(run.failed)} of {run.done} steps failed in {seconds:.0f} s: {', '.join(run.failed)}")
        return 1
    print(f"All {run.done} steps went well; it took {seconds:.0f} s.")
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m loadtests.smoke", description=__doc__)
    made.add_argument(
        "lanes", nargs="*", metavar="LANE", help=f"these alone: {', '.join(lane.name for lane in LANES)}"
    )
    return made


def main(arguments: list[str] | None = None) -> int:
    made = parser()
    chosen = made.parse_args(arguments)
    unknown = set(chosen.lanes) - {lane.name for lane in LANES}
    if unknown:
        made.error(f"there is no lane {', '.join(sorted(unknown))}")
    try:
        return run_all([lane for lane in LANES if not chosen.lanes or lane.name in chosen.lanes])
    except (EmbeddedUnavailable, NotAlone) as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("Broken off; what was running has been stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
