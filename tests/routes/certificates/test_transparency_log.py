"""The log over HTTP: heads, entries, proofs that hold, and what is asked for and is not there."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.certificates.merkle import includes, is_consistent, leaf_hash
from backend.domain.certificates.verification import check_head, read_keys
from backend.jobs.log_integration import integrate_log
from backend.services.certificates.transparency_log import log_keys
from tests.routes.attending import EXAMPLE_A, attend
from tests.service import Json, Service


async def integrate(service: Service) -> None:
    await integrate_log(service.components.database, log_keys(service.settings), service.settings.issuer)


async def get(service: Service, path: str, status: int = 200, **params: Any) -> Json:
    answer = await service.client.get(path, params=params)
    assert answer.status_code == status, answer.text
    found: Json = answer.json()
    return found


@pytest.fixture
async def logged(service: Service) -> Service:
    """A log of seven entries under three heads."""
    fair = service
    await fair.event("fair")
    await fair.pool("fair")
    for _ in range(3):
        for _ in range(2):
            await attend(fair, journey=EXAMPLE_A, offset={"grams": 1000})
        await integrate(fair)
    return fair


async def test_an_empty_log_says_so(service: Service) -> None:
    assert (await get(service, "/v1/log/heads/latest", 404))["code"] == "log_empty"
    assert (await get(service, "/v1/log/heads"))["items"] == []
    assert (await get(service, "/v1/log/entries"))["items"] == []
    assert (await get(service, "/v1/log/proofs/consistency", 404, first=1))["code"] == "log_empty"
    described = await get(service, "/.well-known/tianfu-log.json")
    assert described["keys"][0]["valid_from"] is None
    assert len(b64decode(described["keys"][0]["public_key"])) == 32


async def test_every_entry_is_proved_in_every_head(logged: Service) -> None:
    keys = read_keys(await get(logged, "/.well-known/tianfu-log.json"))
    heads = (await get(logged, "/v1/log/heads"))["items"]
    assert [head["size"] for head in heads] == sorted((head["size"] for head in heads), reverse=True)
    assert heads[0] == await get(logged, "/v1/log/heads/latest")
    for head in heads:
        check_head(head, keys)
        for position in range(head["size"]):
            entry = await get(logged, f"/v1/log/entries/{position}")
            leaf = leaf_hash(canonical_bytes(entry["document"]))
            assert entry["leaf_hash"] == leaf.hex()
            proof = await get(logged, "/v1/log/proofs/inclusion", position=position, size=head["size"])
            path = [bytes.fromhex(each) for each in proof["path"]]
            assert includes(leaf, position, head["size"], path, bytes.fromhex(head["root"]))
            assert proof["head"] == head


async def test_every_head_is_the_beginning_of_every_later_one(logged: Service) -> None:
    heads = (await get(logged, "/v1/log/heads"))["items"][::-1]
    for number, first in enumerate(heads):
        for second in heads[number:]:
            proof = await get(
                logged, "/v1/log/proofs/consistency", first=first["size"], second=second["size"]
            )
            assert (proof["first_root"], proof["second_root"]) == (first["root"], second["root"])
            path = [bytes.fromhex(each) for each in proof["path"]]
            roots = bytes.fromhex(first["root"]), bytes.fromhex(second["root"])
            assert is_consistent(first["size"], roots[0], second["size"], roots[1], path)


async def test_a_size_without_a_head_is_proved_too_and_has_no_head(logged: Service) -> None:
    proof = await get(logged, "/v1/log/proofs/inclusion", position=0, size=1)
    assert (proof["head"], proof["path"], proof["root"]) == (None, [], proof["leaf_hash"])


async def test_entries_and_heads_come_in_pages(logged: Service) -> None:
    size = (await get(logged, "/v1/log/heads/latest"))["size"]
    positions, cursor = [], None
    while True:
        page = await get(logged, "/v1/log/entries", limit=2, **({"cursor": cursor} if cursor else {}))
        positions += [entry["position"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert positions == list(range(size))
    assert (await get(logged, "/v1/log/entries", **{"from": size - 1}))["items"][0]["position"] == size - 1
    page = await get(logged, "/v1/log/heads", limit=2)
    rest = await get(logged, "/v1/log/heads", limit=2, cursor=page["next_cursor"])
    assert len(page["items"]) + len(rest["items"]) == 3
    assert rest["next_cursor"] is None


async def test_a_certificate_is_found_in_the_log_by_its_number(logged: Service) -> None:
    joined = await attend(logged, journey=EXAMPLE_A, offset={"grams": 1000})
    number = joined["certificate"]["number"]
    missing = await get(logged, "/v1/log/proofs/inclusion", 404, certificate=number)
    assert missing["code"] == "log_entry_not_found"
    await integrate(logged)
    proof = await get(logged, "/v1/log/proofs/inclusion", certificate=number.lower())
    entry = await get(logged, f"/v1/log/entries/{proof['position']}")
    assert entry["subject"] == entry["document"]["commitment"]
    assert number not in str(entry)


REFUSED: tuple[tuple[str, Json, int, str], ...] = (
    ("entries/99", {}, 404, "log_entry_not_found"),
    ("entries/-1", {}, 404, "log_entry_not_found"),
    ("entries/x", {}, 404, "log_entry_not_found"),
    ("entries/99999999999999999999", {}, 404, "log_entry_not_found"),
    ("proofs/inclusion", {}, 422, "invalid_query"),
    ("proofs/inclusion", {"position": 1, "certificate": "x"}, 422, "invalid_query"),
    ("proofs/inclusion", {"position": "1.0"}, 422, "invalid_query"),
    ("proofs/inclusion", {"certificate": "' OR 1=1"}, 422, "invalid_query"),
    ("proofs/inclusion", {"position": 99}, 404, "log_entry_not_found"),
    ("proofs/inclusion", {"position": 2, "size": 2}, 422, "log_size_unknown"),
    ("proofs/inclusion", {"position": 2, "size": 99}, 422, "log_size_unknown"),
    ("proofs/consistency", {}, 422, "invalid_query"),
    ("proofs/consistency", {"first": 0}, 422, "log_size_unknown"),
    ("proofs/consistency", {"first": 3, "second": 2}, 422, "log_size_unknown"),
    ("proofs/consistency", {"first": 3, "second": 99}, 422, "log_size_unknown"),
    ("heads", {"cursor": "x"}, 422, "invalid_query"),
    ("entries", {"from": "x"}, 422, "invalid_query"),
)


async def test_what_is_not_there_is_refused(logged: Service) -> None:
    for path, params, status, code in REFUSED:
        assert (await get(logged, f"/v1/log/{path}", status, **params))["code"] == code, (path, params)
