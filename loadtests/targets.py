"""What is measured: server processes started alone on the machine, and stopped again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from loadtests.machine import children_of, command_of, cpu_s

HOST = "127.0.0.1"
PROCESSES = 2
START_S_MAX = 60.0
STOP_S_MAX = 30.0
QUIET_S = 0.4
WORKER_START_S = 3.0
LOG_BYTES_SHOWN_MAX = 1500
ROOT = Path(__file__).resolve().parent.parent


class DidNotStart(Exception):
    """Server processes that should have been measured are not there; says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of server processes: the module to run, its arguments and its environment."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    processes: int = PROCESSES


@dataclass(frozen=True, slots=True)
class Running:
    """Server processes that answer on a port."""

    name: str
    port: int
    pids: list[int]
    errors: BinaryIO

    def last_words(self) -> str:
        """The end of what the processes wrote to their logs."""
        self.errors.seek(0)
        return (
            self.errors.read()[-LOG_BYTES_SHOWN_MAX:].decode("utf-8", "replace").strip() or "It said nothing."
        )


@contextmanager
def running(target: Target) -> Iterator[Running]:
    """Start the processes, wait until all of them accept connections, stop them at the end."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    environment |= dict(target.environment) | {"TIANFU_HOST": HOST, "TIANFU_PORT": str(port)}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", *target.arguments],
            cwd=ROOT,
            env=environment | {"TIANFU_WORKERS": str(target.processes)},
            stdout=errors,
            stderr=errors,
        )
        try:
            there = Running(target.name, port, [], errors)
            there.pids.extend(_await_ready(process, port, target.processes))
            yield there
            if process.poll() is not None:
                raise DidNotStart(f"{target.name} ended by itself:\n{there.last_words()}")
        except _NotThere:
            raise DidNotStart(f"{target.name} did not start:\n{there.last_words()}") from None
        finally:
            _stop(process)


@contextmanager
def worker_beside(environment: Mapping[str, str]) -> Iterator[int]:
    """`tianfu worker` on the same machine as the servers, as a city runs it; its pid."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TIANFU_")}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "worker"],
            cwd=ROOT,
            env=inherited | dict(environment),
            stdout=errors,
            stderr=errors,
        )
        try:
            _await_started(process)
            yield process.pid
            if process.poll() is not None:
                errors.seek(0)
                last_words = errors.read()[-LOG_BYTES_SHOWN_MAX:].decode("utf-8", "replace")
                raise DidNotStart(f"the worker ended by itself:\n{last_words}")
        finally:
            _stop(process)


def server_processes(pid: int) -> list[int]:
    """Processes that answer requests, among those that a process started."""
    return [child for child in children_of(pid) if "spawn_main" in command_of(child)]


class _NotThere(Exception):
    pass


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(process: subprocess.Popen[bytes], port: int, processes: int) -> list[int]:
    """Pids of the server processes once all are idle.

    The listening socket is there before any of them, so an answer shows that one is ready and not that both
    are: a process that has gone quiet after starting has opened its parts and waits for connections.
    """
    deadline = time.monotonic() + START_S_MAX
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(port):
            pids = server_processes(process.pid) if processes > 1 else [process.pid]
            before = [cpu_s([pid]) for pid in pids]
            time.sleep(QUIET_S)
            if len(pids) == processes and [cpu_s([pid]) for pid in pids] == before:
                return pids
        time.sleep(0.05)
    raise _NotThere


def _await_started(process: subprocess.Popen[bytes]) -> None:
    """Until a worker has done its first jobs: what a start costs is no part of what it costs beside the scans."""
    deadline = time.monotonic() + START_S_MAX
    time.sleep(WORKER_START_S)
    while time.monotonic() < deadline and process.poll() is None:
        before = cpu_s([process.pid])
        time.sleep(QUIET_S)
        if cpu_s([process.pid]) - before < QUIET_S / 10:
            return


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as connection:
            connection.sendall(f"GET /livez HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n\r\n".encode())
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    children = children_of(process.pid)
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            for pid in children:
                with _gone_already():
                    os.kill(pid, signal.SIGKILL)
            process.kill()
            process.wait()


@contextmanager
def _gone_already() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return
