"""Jobs for a workshop's process, good ones and bad ones; they are sent to it by their names."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def echo(text: bytes) -> bytes:
    return text


def sleep(seconds: float) -> bytes:
    time.sleep(seconds)
    return b"slept"


def fail() -> bytes:
    raise ValueError("no ink")


def print_and_answer() -> bytes:
    print("a library talks", flush=True)
    os.write(1, b"and writes")
    return b"answer"


def fill_memory() -> bytes:
    return bytes(8 * 1024 * 1024 * 1024)


def spin() -> bytes:
    while True:
        pass


def die() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def environment() -> bytes:
    return "\n".join(os.environ).encode()


def niceness() -> bytes:
    return str(os.nice(0)).encode()


def process_id(seconds: float) -> bytes:
    time.sleep(seconds)
    return str(os.getpid()).encode()


def moment(seconds: float) -> bytes:
    time.sleep(seconds)
    return str(time.monotonic_ns()).encode()


def mark(folder: str, seconds: float) -> bytes:
    """Leave a mark for as long as it works, and write down whose marks it saw."""
    mine = Path(folder) / f"{os.getpid()}.mark"
    mine.touch()
    time.sleep(seconds)
    seen = sorted(path.name for path in Path(folder).glob("*.mark"))
    mine.with_name(f"{time.monotonic_ns()}.seen").write_text("\n".join(seen))
    mine.unlink()
    return b"done"


def scheduling_class() -> bytes:
    return str(os.sched_getscheduler(0)).encode()
