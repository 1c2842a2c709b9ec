"""A release's file is verified with the log's public keys alone, and what was changed in it is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.domain.certificates.verification import Forged, Unreadable
from backend.jobs.log_integration import integrate_log
from backend.services.certificates.offline_verification import verify
from backend.services.certificates.transparency_log import log_keys
from tests.routes.disclosure.releasing import closed_event, released, releases
from tests.service import Json, Service

CHANGES: dict[str, Callable[[Json], object]] = {
    "a figure": lambda file: file["release"]["content"]["totals"].update(attendances=9),
    "the hash": lambda file: file.update(sha256="0" * 64),
    "the link": lambda file: file["release"].update(previous_sha256="0" * 64),
    "the entry": lambda file: file["log"]["entry"].update(sha256="0" * 64),
    "the root": lambda file: file["log"].update(root="0" * 64),
    "the number": lambda file: file.update(number="D-2026-000009"),
}


async def files(service: Service, folder: Path) -> tuple[Json, Path, Path]:
    """A logged release, where it is saved, and the file of the log's keys."""
    await closed_event(service, "fair", people=1)
    parts = service.components
    await integrate_log(parts.database, log_keys(parts.settings), parts.settings.issuer)
    (brief,) = await releases(service)
    file, keys = folder / "release.json", folder / "keys.json"
    found = await released(service, brief["number"])
    keys.write_text((await service.client.get("/.well-known/tianfu-log.json")).text, encoding="utf-8")
    return found, file, keys


async def test_a_release_is_verified_without_a_line(service: Service, tmp_path: Path) -> None:
    found, file, keys = await files(service, tmp_path)
    file.write_text(json.dumps(found), encoding="utf-8")
    sentences = verify(file, keys, "", None, None)
    assert found["sha256"] in " ".join(sentences)
    assert any(f"entry {found['log']['position']} of the log" in each for each in sentences)


async def test_what_was_changed_in_a_release_is_found(service: Service, tmp_path: Path) -> None:
    found, file, keys = await files(service, tmp_path)
    for change in CHANGES.values():
        changed = copy.deepcopy(found)
        change(changed)
        file.write_text(json.dumps(changed), encoding="utf-8")
        with pytest.raises(Forged):
            verify(file, keys, "", None, None)
    del found["release"]["number"]
    file.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises((Forged, Unreadable)):
        verify(file, keys, "", None, None)
