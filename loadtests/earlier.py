"""`python -m loadtests.earlier REVISION`: scans a second now and at an earlier commit, in turns on this machine.

The earlier commit is taken out of git into var/earlier and runs its own bench with its own servers and databases, in
this environment. Ends with status 1 when a bench fails or the ratio is below --least.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import statistics
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "earlier"
BENCH = ("loadtests.bench", "--only", "scans", "--rounds", "1", "--open-seconds", "0")
RATE = re.compile(r"round \d+ of \d+: scans ([\d,]+) a second(, disturbed)?$", re.MULTILINE)


def checked_out(revision: str) -> Path:
    """The tree of a commit, in a folder of its own."""
    commit = subprocess.run(
        ["git", "rev-parse", "--verify", f"{revision}^{{commit}}"], cwd=ROOT, capture_output=True, check=True
    )
    there = VAR / commit.stdout.decode().strip()[:12]
    if not (there / "loadtests").is_dir():
        shutil.rmtree(there, ignore_errors=True)
        packed = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=True)
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(there, filter="data")
    return there


def measure(tree: Path, seconds: float, *options: str) -> float:
    """Scans a second of a tree; its last try when the first was disturbed. Raises CalledProcessError."""
    told = subprocess.run(
        [sys.executable, "-m", *BENCH, "--seconds", str(seconds), *options],
        cwd=tree,
        stdout=subprocess.PIPE,
        check=True,
    )
    rate, disturbed = RATE.findall(told.stdout.decode())[-1]
    print(f"  {tree.name}: {rate} a second{disturbed}", flush=True)
    return float(rate.replace(",", ""))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtests.earlier", description=__doc__)
    parser.add_argument("revision", help="the earlier commit")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument(
        "--worker", action="store_true", help="now with a worker that seals the log beside it"
    )
    parser.add_argument("--least", type=float, default=0.85, help="the least ratio")
    chosen = parser.parse_args()
    earlier, options = checked_out(chosen.revision), ["--worker"] if chosen.worker else []
    before: list[float] = []
    after: list[float] = []
    for number in range(1, chosen.rounds + 1):
        print(f"round {number} of {chosen.rounds}", flush=True)
        before.append(measure(earlier, chosen.seconds))
        after.append(measure(ROOT, chosen.seconds, *options))
    ratio = statistics.median(after) / statistics.median(before)
    word = "met" if ratio >= chosen.least else "missed"
    print(f"now / {chosen.revision}: {ratio:.2f} (medians), target \u2265 {chosen.least}: {word}")
    return 0 if ratio >= chosen.least else 1


if __name__ == "__main__":
    sys.exit(main())
