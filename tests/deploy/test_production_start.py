"""Production with one bad secret does not start: the command ends with one sentence that names the variable."""

from __future__ import annotations

import asyncio
from itertools import cycle
from secrets import token_hex
from typing import NamedTuple

import pytest

from backend.settings import DEMO_LOG_SEED, DEMO_SECRET, SettingsError, load_settings
from tests.repetitions import IS_NIGHTLY
from tests.test_cli import told

NOWHERE = "postgresql://nobody:password@127.0.0.1:1/none"
SHARED = token_hex(32)
EVERY = 1 if IS_NIGHTLY else 8


class Bad(NamedTuple):
    variable: str
    value: str
    says: str


EACH = ("TOKEN_KEYS", "CODE_KEYS", "SECRET_KEYS")
BAD = (
    *(Bad(name, "", "") for name in EACH),
    *(Bad(name, f"a:{DEMO_SECRET}", "default secret") for name in EACH),
    *(Bad(name, "a:short", "shorter than") for name in EACH),
    *(Bad(name, "a:" + "0123456789abcdef" * 4, "draw one at random") for name in EACH),
    *(Bad(name, "a:" + "a" * 64, "draw one at random") for name in EACH),
    *(Bad(name, token_hex(32), "") for name in EACH),
    *(Bad(name, f"a:{SHARED},b:{SHARED}", "one key") for name in EACH),
    *(Bad(name, f"a:{token_hex(32)},a:{token_hex(32)}", "a") for name in EACH),
    Bad("CODE_KEYS", f"long:{token_hex(32)}", "one character"),
    Bad("TRANSPARENCY_LOG_KEYS", "k1:not-base64", "base64"),
    Bad("TRANSPARENCY_LOG_KEYS", "k1:c2hvcnQ=", "32 bytes"),
    Bad("TRANSPARENCY_LOG_KEYS", f"k1:{DEMO_LOG_SEED}", "default seed"),
    Bad("TRANSPARENCY_LOG_KEYS", "k1:" + "A" * 43 + "=", "draw one at random"),
    Bad("PUBLIC_URL", "http://carbon.example.org", "https://"),
    Bad("ACCESS_TOKEN_S", "3600", "at most"),
    Bad("TOKEN_KEYS_FILE", "/nowhere/token_keys", ""),
)


def environ_of(bad: Bad) -> dict[str, str]:
    """Good secrets but for this one."""
    environ = {f"TIANFU_{name}": f"k:{token_hex(32)}" for name in EACH}
    environ |= {"TIANFU_PUBLIC_URL": "https://carbon.example.org", "TIANFU_DATABASE_URL": NOWHERE}
    environ |= {"TIANFU_REDIS_URL": "redis://127.0.0.1:1/0", f"TIANFU_{bad.variable}": bad.value}
    if bad.variable.endswith("_FILE"):
        del environ[f"TIANFU_{bad.variable.removesuffix('_FILE')}"]
    return environ


def check_sentence(bad: Bad, said: str) -> None:
    assert f"TIANFU_{bad.variable}" in said, (bad, said)
    assert bad.says in said, (bad, said)
    if len(bad.value) > len("k1:not-base64"):
        secret = bad.value.partition(":")[2]
        assert bad.variable in ("PUBLIC_URL", "TOKEN_KEYS_FILE") or not secret or secret not in said, bad


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.variable}-{bad.says}")
def test_each_bad_secret_is_refused_with_its_name(bad: Bad) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings(environ_of(bad))
    check_sentence(bad, str(refused.value))


async def test_a_bad_secret_ends_the_start_with_its_name() -> None:
    """As a process that is started: a few at a time, since each loads the whole program."""
    at_once = asyncio.Semaphore(3)

    async def start(bad: Bad, command: str) -> None:
        async with at_once:
            ended = await asyncio.to_thread(told, command, **environ_of(bad))
        said = ended.stdout + ended.stderr
        assert ended.returncode == 1, (bad, said)
        assert "Traceback" not in said, (bad, said)
        check_sentence(bad, said)

    await asyncio.gather(
        *(start(bad, command) for bad, command in zip(BAD[::EVERY], cycle(("serve", "worker"))))
    )


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "reencrypt"])
def test_without_any_secret_nothing_starts(command: str) -> None:
    ended = told(command, TIANFU_DATABASE_URL=NOWHERE, TIANFU_REDIS_URL="redis://127.0.0.1:1/0")
    assert ended.returncode == 1
    assert "TIANFU_TOKEN_KEYS" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
