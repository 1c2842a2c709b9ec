"""`tianfu verify`: what is true is told, everything that was changed is refused in a sentence, offline and online."""

from __future__ import annotations

import asyncio
import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from backend.cli import app
from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.certificates.signatures import LogKeys, head_document
from backend.domain.certificates.verification import (
    Forged,
    Unreadable,
    check_certificate,
    check_growth,
    check_head,
    read_keys,
)
from backend.jobs.log_integration import integrate_log
from backend.services.certificates.transparency_log import log_keys
from tests.house.source import ROOT
from tests.routes.attending import EXAMPLE_A, EXAMPLE_B, attend, holding
from tests.service import Json, Service
from tests.serving import over_http

RUNNER = CliRunner()


@pytest.fixture
async def files(service: Service, tmp_path: Path) -> Path:
    """A folder with a certificate of the middle of the log, keys, heads before and after it, and proofs."""
    await service.event("fair")
    await service.pool("fair")
    for number in range(3):
        await attend(service, journey=EXAMPLE_A, offset={"grams": 1000 + number})
    await _integrate(service)
    await _keep(service, tmp_path / "first.json", "/v1/log/heads/latest")
    joined = await attend(service, agrees=True, journey=EXAMPLE_A, offset={"grams": 2000})
    number = joined["certificate"]["number"]
    holder = holding(joined["certificate"])
    await _keep(service, tmp_path / "unlogged.json", f"/v1/certificates/{number}", holder)
    await _integrate(service)
    await _keep(service, tmp_path / "certificate.json", f"/v1/certificates/{number}", holder)
    await _keep(service, tmp_path / "totals.json", f"/v1/certificates/{number}")
    for _ in range(2):
        await attend(service, journey=EXAMPLE_A, offset={"grams": 3000})
    await _integrate(service)
    await _keep(service, tmp_path / "last.json", "/v1/log/heads/latest")
    await _keep(service, tmp_path / "keys.json", "/.well-known/tianfu-log.json")
    sizes = [_load(tmp_path / f"{name}.json")["size"] for name in ("first", "last")]
    own = _load(tmp_path / "certificate.json")["log"]["size"]
    proof = "/v1/log/proofs/consistency"
    await _keep(service, tmp_path / "growth.json", f"{proof}?first={sizes[0]}&second={own}")
    await _keep(service, tmp_path / "later.json", f"{proof}?first={own}&second={sizes[1]}")
    return tmp_path


async def _integrate(service: Service) -> None:
    await integrate_log(service.components.database, log_keys(service.settings), service.settings.issuer)


async def _keep(service: Service, path: Path, address: str, headers: dict[str, str] | None = None) -> None:
    answer = await service.client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    path.write_bytes(answer.content)  # noqa: ASYNC240


def _load(path: Path) -> Json:
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def run(files: Path, *arguments: str, name: str = "certificate.json") -> Result:
    words = [str(files / word) if word.endswith(".json") else word for word in arguments]
    return RUNNER.invoke(app, ["verify", str(files / name), "--keys", str(files / "keys.json"), *words])


def refused(result: Result) -> str:
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


async def test_a_certificate_is_checked_without_the_service(files: Path) -> None:
    result = run(files)
    assert result.exit_code == 0, result.output
    for word in ("2.000 kgCO2e", "The signature is right", "entry 4 of the log"):
        assert word in result.output
    assert "Its lines are those that were signed" in result.output
    totals = run(files, name="totals.json")
    assert totals.exit_code == 0, totals.output
    assert "Its lines are not shown" in totals.output
    # One that is not logged yet is told to be signed only.
    unlogged = run(files, name="unlogged.json")
    assert unlogged.exit_code == 0
    assert "not in the log yet" in unlogged.output


async def test_a_head_that_was_kept_is_compared(files: Path) -> None:
    for arguments in (("first.json", "growth.json"), ("last.json", "later.json")):
        result = run(files, "--head", arguments[0], "--proof", arguments[1])
        assert result.exit_code == 0, result.output
        assert "only grew" in result.output
    assert "A proof is needed" in refused(run(files, "--head", "first.json"))
    assert "REFUSED The log was rewritten" in refused(
        run(files, "--head", "first.json", "--proof", "later.json")
    )
    assert "no head to compare" in refused(run(files, "--head", "first.json", name="unlogged.json"))


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _leaves(each, (*path, number))
    else:
        yield path


def _changed(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + 0.5
    if isinstance(value, str):
        return value[:-1] + ("1" if value[-1:] != "1" else "2") if value else "x"
    raise AssertionError(value)


# Not signed: what its holder wants to be called, and what of a footprint's line is no number.
FREE = {("name",), ("log_expected_at",), ("shows",)}
FREE_OF_LINE = {"source_kind", "factor_ids", "defaults", "note"}


@pytest.mark.parametrize("name", ["certificate", "totals"])
async def test_a_change_of_any_field_is_refused(files: Path, name: str) -> None:
    certificate, keys = _load(files / f"{name}.json"), read_keys(_load(files / "keys.json"))
    check_certificate(certificate, keys)
    tried = 0
    for path in _leaves(certificate):
        if path in FREE:
            continue
        if path[:2] == ("footprint", "lines") and path[3:4] and path[3] in FREE_OF_LINE:
            continue
        forged = copy.deepcopy(certificate)
        place: Any = forged
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = _changed(place[path[-1]])
        try:
            check_certificate(forged, keys)
        except (Forged, Unreadable):
            tried += 1
        else:
            pytest.fail(f"a change of {path} was not noticed")
    assert tried > {"certificate": 80, "totals": 60}[name]


async def test_what_nothing_signs_is_named(files: Path) -> None:
    certificate = _load(files / "certificate.json")
    plain = run(files)
    assert plain.exit_code == 0
    assert "Not signed: name" not in plain.output
    assert "Not signed: url, footprint.lines.source_kind" in plain.output
    for change, told in (
        ({"name": "Mallory"}, 'Not signed: name "Mallory".'),
        ({"name": "\x1b[2J"}, 'Not signed: name "\\x1b[2J".'),
        ({"approved_by": "somebody"}, "approved_by"),
        ({"offset": certificate["offset"] | {"rating": "AAA"}}, "offset.rating"),
    ):
        _write(files / "other.json", certificate | change)
        result = run(files, name="other.json")
        assert result.exit_code == 0, result.output
        assert told in result.output
        assert "\x1b[2J" not in result.output


async def test_what_is_shown_and_contradicts_the_document_is_refused(
    service: Service, tmp_path: Path
) -> None:
    await service.event("fair", neutralises=["meals"])
    await service.pool("fair")
    link = (await attend(service, agrees=True, journey=EXAMPLE_B, offset={}))["certificate"]
    address = f"/v1/certificates/{link['number']}"
    await _keep(service, tmp_path / "certificate.json", address, holding(link))
    await _keep(service, tmp_path / "keys.json", "/.well-known/tianfu-log.json")
    certificate = _load(tmp_path / "certificate.json")
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert "offset and contribution" in result.output

    def another_boundary(record: Json) -> None:
        record["footprint"]["boundary"] = {"core": "extended", "extended": "core"}[record["boundary"]]

    def unmarked(record: Json) -> None:
        for line in record["footprint"]["lines"]:
            line.pop("neutralised_by_organiser", None)

    def all_told(record: Json) -> None:
        for line in record["footprint"]["lines"]:
            line["defaults"] = []

    for change, path in (
        (another_boundary, "footprint.boundary"),
        (unmarked, "footprint.lines.neutralised_by_organiser"),
        (all_told, "footprint.lines.defaults"),
        (lambda record: record.update(url="https://example.com/c/TF-AB0YZ-0123-4567-89AB"), "url"),
        (
            lambda record: record["footprint"]["lines"][0].update(factor_ids=["x"]),
            "footprint.lines.factor_ids",
        ),
    ):
        forged = copy.deepcopy(certificate)
        change(forged)
        _write(tmp_path / "forged.json", forged)
        assert f"REFUSED `{path}` is not what the signed document says" in refused(
            run(tmp_path, name="forged.json")
        )


async def test_whatever_is_left_out_or_added_to_the_document_is_refused(files: Path) -> None:
    certificate, keys = _load(files / "certificate.json"), read_keys(_load(files / "keys.json"))
    for name in certificate["document"]:
        forged = copy.deepcopy(certificate)
        del forged["document"][name]
        with pytest.raises((Forged, Unreadable)):
            check_certificate(forged, keys)
    for name in ("document", "signature", "log", "number", "offset", "statement"):
        forged = copy.deepcopy(certificate)
        del forged[name]
        with pytest.raises(Unreadable):
            check_certificate(forged, keys)
    for value in (1.5, "x", [], None):
        forged = copy.deepcopy(certificate)
        forged["document"]["more"] = value
        with pytest.raises(Forged):
            check_certificate(forged, keys)
    check_certificate(certificate | {"log": None}, keys)
    # A record that was kept before revisions were told is as good as it was.
    del certificate["revisions"]
    check_certificate(certificate, keys)


async def test_a_certificate_somebody_else_signed_is_refused(files: Path) -> None:
    certificate, keys = _load(files / "certificate.json"), read_keys(_load(files / "keys.json"))
    thief = LogKeys({"demo": b"t" * 32})
    forged = copy.deepcopy(certificate)
    forged["document"]["offset"]["grams"] = forged["offset"]["grams"] = 9_000_000
    signature = thief.signature(canonical_bytes(forged["document"]))
    forged["signature"] = {"key_id": "demo", "alg": "Ed25519", "value": signature.value}
    with pytest.raises(Forged, match="signature of the certificate is wrong"):
        check_certificate(forged, keys)
    with pytest.raises(Forged, match="none of the log's"):
        check_certificate(forged | {"signature": forged["signature"] | {"key_id": "thief"}}, keys)
    # With a right signature over a wrong document the log does not know it.
    right = log_keys_of_demo().signature(canonical_bytes(forged["document"]))
    forged["signature"]["value"] = right.value
    with pytest.raises(Forged, match="leaf hash"):
        check_certificate(forged, keys)
    for alg in ("none", "HS256", "ed25519"):
        with pytest.raises(Forged, match="another algorithm"):
            check_certificate(certificate | {"signature": certificate["signature"] | {"alg": alg}}, keys)


def log_keys_of_demo() -> LogKeys:
    from backend.settings import load_settings

    return log_keys(load_settings({}, environment="demo"))


def _signed(size: int, root: bytes, at: str, keys: LogKeys, name: str = "tianfu") -> Json:
    from datetime import datetime

    document = head_document(name, size, root, datetime.fromisoformat(at))
    signature = keys.signature(canonical_bytes(document))
    return document | {
        "signature": {"key_id": signature.key_id, "alg": signature.alg, "value": signature.value}
    }


async def test_a_head_of_a_certificate_serves_for_nothing_else(files: Path) -> None:
    certificate, keys = _load(files / "certificate.json"), read_keys(_load(files / "keys.json"))
    # The document's own signature is right, and it is no head.
    with pytest.raises((Forged, Unreadable)):
        check_head(certificate["document"] | {"signature": certificate["signature"]}, keys)
    with pytest.raises((Forged, Unreadable)):
        check_certificate(certificate | {"document": certificate["log"]["head"]}, keys)


def test_a_log_that_went_backwards_is_refused() -> None:
    keys = log_keys_of_demo()
    trusted = dict(keys.public_keys)
    early, late = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"
    large, small = _signed(9, b"1" * 32, early, keys), _signed(4, b"2" * 32, late, keys)
    heads = [check_head(head, trusted) for head in (large, small)]
    with pytest.raises(Forged, match="went backwards: it had 9 entries and has 4 now"):
        check_growth(heads[0], heads[1], None)
    with pytest.raises(Forged, match="signed before the smaller"):
        check_growth(heads[1], heads[0], {"path": []})
    with pytest.raises(Forged, match="two different roots"):
        check_growth(heads[0], check_head(_signed(9, b"3" * 32, late, keys), trusted), None)
    with pytest.raises(Forged, match="two different logs"):
        check_growth(heads[0], check_head(_signed(9, b"1" * 32, late, keys, "other"), trusted), None)
    check_growth(heads[0], check_head(_signed(9, b"1" * 32, late, keys), trusted), None)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"document": 1}', '{"document": {"type": 1}}', "[" * 100_000]
)
async def test_what_is_no_certificate_is_told_in_a_sentence(files: Path, text: str) -> None:
    (files / "other.json").write_text(text, encoding="utf-8")
    refused(run(files, name="other.json"))
    result = RUNNER.invoke(
        app, ["verify", str(files / "certificate.json"), "--keys", str(files / "other.json")]
    )
    refused(result)


async def test_keys_have_to_be_named_and_files_have_to_be_there(files: Path) -> None:
    assert "--keys" in refused(RUNNER.invoke(app, ["verify", str(files / "certificate.json")]))
    assert "cannot be read" in refused(run(files, name="nowhere.json"))
    away = RUNNER.invoke(app, ["verify", str(files / "certificate.json"), "--url", "http://127.0.0.1:9"])
    assert "cannot be read" in refused(away)


async def test_programs_are_told_the_result_as_json(files: Path) -> None:
    spoken = [line[7:] for line in run(files).stdout.splitlines()]
    result = run(files, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["result"], told["reason"]) == (0, "verified", None)
    assert sorted([*told["holds"], *told["unsigned"]]) == sorted(spoken)
    assert all(sentence.startswith("Not signed") for sentence in told["unsigned"])
    record = _load(files / "certificate.json")
    record["document"]["offset"]["grams"] += 1
    _write(files / "forged.json", record)
    for name, word in (("forged.json", "refused"), ("nowhere.json", "unreadable")):
        result = run(files, "--json", name=name)
        told = json.loads(result.stdout)
        assert (result.exit_code, told["result"], told["holds"]) == (1, word, [])
        assert told["reason"].endswith(".")
        assert result.stderr == ""
    away = RUNNER.invoke(
        app, ["verify", str(files / "certificate.json"), "--url", "http://127.0.0.1:9", "--json"]
    )
    assert (away.exit_code, json.loads(away.stdout)["result"]) == (1, "unreachable")


# -- against a service that runs --------------------------------------------------------------------


async def verified(path: Path, *arguments: str) -> Result:
    """The command in a thread of its own: it waits for the service, which runs in this one's loop."""
    return await asyncio.to_thread(RUNNER.invoke, app, ["verify", str(path), *arguments])


def _write(path: Path, value: Json) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


async def revised(service: Service, folder: Path) -> Path:
    """A certificate whose journey was told again after it was logged, and the head of before."""
    await service.event("fair")
    await service.pool("fair")
    citizen = await service.citizen()
    code = (await service.badges(1))[0]["code"]
    joined = (await service.scan(code, citizen, journey=EXAMPLE_B, offset={})).json()
    await _integrate(service)
    await _keep(service, folder / "kept.json", "/v1/log/heads/latest")
    headers = citizen | {"Idempotency-Key": uuid4().hex}
    changed = await service.post("/v1/events/fair/journey", {"journey": EXAMPLE_A}, headers)
    assert changed.status_code == 200, changed.text
    await _integrate(service)
    await attend(service, journey=EXAMPLE_A, offset={"grams": 1000})
    await _integrate(service)
    await _keep(service, folder / "certificate.json", f"/v1/certificates/{joined['certificate']['number']}")
    await _keep(service, folder / "keys.json", "/.well-known/tianfu-log.json")
    return folder / "certificate.json"


async def test_a_certificate_is_checked_against_a_running_service(service: Service, tmp_path: Path) -> None:
    path = await revised(service, tmp_path)
    async with over_http(service) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "backend.cli", "verify", str(path), "--url", url),
            *("--head", str(tmp_path / "kept.json")),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        said = output.decode()
        assert process.returncode == 0, said
        for word in (
            "The signature is right",
            "entry 2 of the log",
            "still begins with it",
            "369.763 kgCO2e were released",
            "What it stood for before is in the log",
        ):
            assert word in said
        assert "Not signed: what it stood for before" not in said
        # With keys of one's own the service's are not asked for.
        result = await verified(path, "--url", url, "--keys", str(tmp_path / "keys.json"))
        assert result.exit_code == 0, result.output
    assert "cannot be read" in refused(await verified(path, "--url", url))


async def test_what_is_forged_is_refused_with_a_running_service(service: Service, tmp_path: Path) -> None:
    path = await revised(service, tmp_path)
    certificate = _load(path)

    def forged(change: Any) -> Path:
        record = copy.deepcopy(certificate)
        change(record)
        return _write(tmp_path / "forged.json", record)

    def more_grams(record: Json) -> None:
        for offset in (record["document"]["offset"], record["offset"], record["revisions"][-1]):
            offset["grams"] = 9_000_000

    def signed_by_a_thief(record: Json) -> None:
        signature = LogKeys({"thief": b"t" * 32}).signature(canonical_bytes(record["document"]))
        record["signature"] = {"key_id": "thief", "alg": "Ed25519", "value": signature.value}

    def another_past(record: Json) -> None:
        record["revisions"][0]["grams"] += 1

    def no_past(record: Json) -> None:
        record["revisions"][-1]["grams"] += 1

    def an_address(record: Json) -> None:
        record["revisions"][0]["position"] = "../heads/latest"

    async with over_http(service) as url:
        for change, sentence in (
            (more_grams, "REFUSED The signature of the certificate is wrong"),
            (
                lambda record: record["offset"].update(grams=1),
                "REFUSED `offset.grams` is not what the signed",
            ),
            (
                signed_by_a_thief,
                "REFUSED The certificate is signed by the key 'thief', which is none of the log's",
            ),
            (another_past, "REFUSED Revision 0 is not what entry 1 of the log says"),
            (no_past, "REFUSED `revisions` do not end with what the signed document says"),
            (an_address, "REFUSED A number of the proof is none"),
        ):
            assert sentence in refused(await verified(forged(change), "--url", url))


async def test_a_service_whose_log_is_not_the_one_of_before_is_refused(
    service: Service, tmp_path: Path
) -> None:
    """Heads that the log's own key signed: shown once, and denied now."""
    path, keys = await revised(service, tmp_path), log_keys(service.settings)
    size, at = _load(path)["log"]["size"] + 1, "2026-01-01T00:00:00+00:00"
    name = service.settings.issuer
    async with over_http(service) as url:
        for head, sentence in (
            (
                _signed(size + 5, b"1" * 32, at, keys, name),
                f"went backwards: it had {size + 5} entries and has {size}",
            ),
            (_signed(size, b"1" * 32, at, keys, name), f"two different roots are signed over {size} entries"),
            (
                _signed(2, b"1" * 32, at, keys, name),
                f"rewritten: its {size} entries do not begin with the 2 of before",
            ),
            (_signed(2, b"1" * 32, at, keys, "another"), "two different logs"),
            (
                _signed(2, b"1" * 32, at, LogKeys({"thief": b"t" * 32}), name),
                "'thief', which is none of the log's",
            ),
        ):
            kept = _write(tmp_path / "head.json", head)
            said = refused(await verified(path, "--url", url, "--head", str(kept)))
            assert "REFUSED" in said
            assert sentence in said
