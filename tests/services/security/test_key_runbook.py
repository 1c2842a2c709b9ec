"""docs/keys.md, followed step by step: what either key made is taken exactly as the tables say."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from secrets import token_bytes, token_hex
from typing import NamedTuple

import asyncpg
import msgspec
import pytest

from backend.auth import Principal, Tokens
from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.certificates.verification import check_certificate, read_keys
from backend.domain.encryption import CannotDecrypt, Encrypted, Encryptor
from backend.domain.qr_codes import CodeKeys
from backend.errors import CodeForged, TokenInvalid
from backend.jobs.log_integration import integrate_log
from backend.models.keys import uuid7
from backend.outside.message_signatures import MessageSigner
from backend.outside.signer import SignRequest
from backend.services.certificates.signer import answer_to
from backend.services.certificates.transparency_log import log_keys
from backend.services.identity.second_factors import totp_owner
from backend.services.operations.reencryption import reencrypt
from backend.settings import DEMO_SEEDS, Settings, SettingsError, load_settings
from backend.storage.database import Database
from tests.house.source import ROOT
from tests.routes.attending import attend
from tests.routes.partnering import new_partner, ride
from tests.service import Service, open_service

TEXT = (ROOT / "docs/keys.md").read_text(encoding="utf-8")
KINDS = {
    "token_keys": "Access tokens",
    "code_keys": "Codes",
    "secret_keys": "Secrets at rest",
    "transparency_log_keys": "The transparency log",
    "credit_feed_keys": "The feed to Tianfu Credit",
}
TAKEN = {"taken": True, "refused": False}


class Step(NamedTuple):
    name: str
    value: str
    old: bool
    new: bool


def runbook(section: str) -> list[list[Step]]:
    """The tables of a section: rotation, then what is done when the key has leaked."""
    body = TEXT.split(f"## {section}")[1].split("\n## ")[0]
    tables = re.findall(r"\|---\|.*\n((?:\|.*\n)+)", body)
    found = []
    for table in tables:
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
        found.append([Step(row[0], row[1].strip("`"), TAKEN[row[2]], TAKEN[row[3]]) for row in rows])
    assert len(found) == 2, section
    return found


STEPS = [
    pytest.param(name, steps, id=f"{name}-{what}")
    for name, section in KINDS.items()
    for what, steps in zip(("rotation", "leak"), runbook(section), strict=True)
]


def drawn(name: str) -> tuple[str, str]:
    if name in DEMO_SEEDS:
        return b64encode(token_bytes(32)).decode(), b64encode(token_bytes(32)).decode()
    return token_hex(32), token_hex(32)


def production(name: str, value: str) -> Settings:
    """The settings of a production that is told this value, as a process that starts reads them."""
    others = {f"TIANFU_{kind.upper()}": f"x:{token_hex(32)}" for kind in KINDS if kind not in DEMO_SEEDS}
    return load_settings(others | {f"TIANFU_{name.upper()}": value})


def token_is_taken(made: Settings, read: Settings) -> bool:
    issuing, reading = (
        Tokens(each.keys("token_keys"), issuer="t", audience="t", life_s=1200) for each in (made, read)
    )
    try:
        reading.read(issuing.issue(Principal(uuid7(), "citizen", uuid7())))
    except TokenInvalid:
        return False
    return True


def code_is_taken(made: Settings, read: Settings) -> bool:
    try:
        CodeKeys(read.keys("code_keys")).read(
            CodeKeys(made.keys("code_keys")).badge("AB0YZ", 7), datetime.now(UTC)
        )
    except CodeForged:
        return False
    return True


def secret_is_taken(made: Settings, read: Settings) -> bool:
    encrypted = Encryptor(made.keys("secret_keys")).encrypt(b"a partner's secret", "key")
    try:
        return Encryptor(read.keys("secret_keys")).decrypt(encrypted, "key") == b"a partner's secret"
    except CannotDecrypt:
        return False


def feed_is_believed(made: Settings, read: Settings) -> bool:
    """Whether a reader that fetches the keys of now believes what was signed."""
    signing, published = (
        MessageSigner(
            {key_id: b64decode(seed) for key_id, seed in each.keys("credit_feed_keys").items()}, "t"
        )
        for each in (made, read)
    )
    return published.public_keys.get(signing.key_id) == signing.public_keys[signing.key_id]


PROBES: dict[str, Callable[[Settings, Settings], bool]] = {
    "token_keys": token_is_taken,
    "code_keys": code_is_taken,
    "secret_keys": secret_is_taken,
    "credit_feed_keys": feed_is_believed,
}


@pytest.mark.parametrize(("name", "steps"), [each for each in STEPS if each.values[0] in PROBES])
def test_each_step_takes_what_the_runbook_says(name: str, steps: list[Step]) -> None:
    old, new = drawn(name)
    ids = dict(re.findall(r"(\w+):(OLD|NEW)", TEXT.split(f"## {KINDS[name]}")[1].split("\n## ")[0]))
    by_key = {key: key_id for key_id, key in ids.items()}
    made_old = production(name, f"{by_key['OLD']}:{old}")
    made_new = production(name, f"{by_key['NEW']}:{new}")
    before: Settings | None = None
    for step in steps:
        now = production(name, step.value.replace("OLD", old).replace("NEW", new))
        assert PROBES[name](made_old, now) is step.old, step
        assert PROBES[name](made_new, now) is step.new, step
        if before is not None:
            # While processes restart one after the other, what either makes is taken by both.
            assert PROBES[name](before, now), step
            assert PROBES[name](now, before), step
        before = now


@pytest.mark.parametrize("name", KINDS)
def test_the_old_key_is_not_put_back_as_the_new_one(name: str) -> None:
    old, _ = drawn(name)
    with pytest.raises(SettingsError, match="one key"):
        production(name, f"a:{old},b:{old}")


@pytest.mark.parametrize("steps", runbook(KINDS["transparency_log_keys"]), ids=["rotation", "leak"])
async def test_certificates_stay_proved_whichever_key_signs(service: Service, steps: list[Step]) -> None:
    await service.event()
    await service.pool()
    old, new = drawn("transparency_log_keys")
    if steps[0].value != "k1:OLD":
        steps = [Step("before", "k1:OLD", True, False), *steps]
    numbers: dict[str, str] = {}
    for step in steps:
        value = step.value.replace("OLD", old).replace("NEW", new)
        keys = log_keys(production("transparency_log_keys", value))
        number = (await attend(service, offset={"grams": 1000}))["certificate"]["number"]
        await integrate_log(service.components.database, keys, service.settings.issuer)
        numbers[number] = keys.key_id
        published = read_keys((await service.client.get("/.well-known/tianfu-log.json")).json())
        for each, key_id in numbers.items():
            shown = (await service.client.get(f"/v1/certificates/{each}")).json()
            assert shown["signature"]["key_id"] == key_id, "it stays signed by the key that signed it"
            check_certificate(shown, published | keys.public_keys)
        assert (step.old, step.new) == (
            "k1" in published | keys.public_keys,
            "k2" in published | keys.public_keys,
        )
    assert "k1" in published


async def test_the_signer_signs_no_head_and_nothing_but_certificates(service: Service) -> None:
    """The attack: a server process that was taken over has the signer sign another log."""
    keys = log_keys(service.settings)
    head = {"type": "tianfu-log-head-v1", "log": "tianfu", "size": 9, "root": "00" * 32, "signed_at": "2026"}
    spaced = b'{"type": "tianfu-certificate-v1"}'
    for text in (canonical_bytes(head), spaced, b"", b"[]", b"{", b"\xff"):
        answer = answer_to(keys, msgspec.json.encode(SignRequest(sign=text)))
        assert answer.signature is None
    assert answer_to(keys, b"nonsense").signature is None


async def test_a_server_process_holds_no_key_of_the_log(service: Service) -> None:
    """What it asks the signer for is all it can have signed."""
    components = service.components
    assert components.settings.transparency_log_keys == ""
    assert not any(
        type(getattr(components, name)).__name__ == "LogKeys" for name in components.__dataclass_fields__
    )


async def test_everything_that_is_kept_is_brought_under_the_new_key(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    """Or the old key could never go: staff could sign in no more, nobody could answer a visitor's complaint."""
    partner = await new_partner(service)
    lin = uuid7()
    before = settings.keys("secret_keys")
    [old_id], encryptor = before, Encryptor(before)
    await owner.execute(
        "INSERT INTO staff (id, username, role, password_hash) VALUES ($1, 'lin', 'operator', 'x')", lin
    )
    app = encryptor.encrypt(b"JBSWY3DPEHPK3PXP", totp_owner(lin))
    await owner.execute(
        "INSERT INTO staff_totp (staff_id, sealed, sealed_with, last_step) VALUES ($1, $2, $3, 0)",
        *(lin, app.text, app.key_id),
    )
    complaint = uuid7()
    contact = encryptor.encrypt(b"a@b.cn", str(complaint))
    await owner.execute(
        """INSERT INTO complaints (id, about, subject, code_hash, text, contact, contact_key, received_at, due_on)
           VALUES ($1, 'certificate', 'TF-AB0YZ-0000-0000-0000', $2, 'text', $3, $4, now(), current_date)""",
        *(complaint, bytes(32), contact.text, contact.key_id),
    )

    fresh = {"new": token_hex(32).encode()}
    database = Database(settings.owner_database_url, pool_size_max=2)
    await database.open()
    try:
        done, lost = await reencrypt(database, fresh | before)
        assert (dict(done), dict(lost)) == ({"partner_keys": 1, "staff_totp": 1, "complaints": 1}, {})
        assert await reencrypt(database, fresh | before) == ({}, {})
        assert dict((await reencrypt(database, {"other": token_hex(32).encode()}))[1]) == dict(done)
    finally:
        await database.close()

    alone = Encryptor(fresh)
    for statement, belongs_to, secret in (
        ("SELECT sealed_with, sealed FROM partner_keys", partner.key_id, partner.secret.encode()),
        ("SELECT sealed_with, sealed FROM staff_totp", totp_owner(lin), b"JBSWY3DPEHPK3PXP"),
        ("SELECT contact_key, contact FROM complaints", str(complaint), b"a@b.cn"),
    ):
        [row] = await owner.fetch(statement)
        assert row[0] == "new" != old_id
        assert alone.decrypt(Encrypted(row[0], row[1]), belongs_to) == secret


async def test_an_address_leads_to_its_account_through_each_step(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    """It is looked up by a digest under the key: people who came by e-mail would all be new ones."""

    async def enter(city: Service, address: str) -> str:
        await city.components.counts._redis.flushdb()
        asked = await city.post("/v1/sessions/codes", {"provider": "email", "address": address})
        code, challenge = asked.json()["demo_code"], asked.json()["challenge"]
        body = {"provider": "email", "challenge": challenge, "code": code}
        entered = await city.post("/v1/sessions", body)
        assert entered.status_code == 201, entered.text
        return str(entered.json()["citizen"]["id"])

    lin, old, fresh = await enter(service, "lin@mail.cn"), settings.secret_keys, f"new:{token_hex(32)}"
    people = {"lin@mail.cn": lin}
    for keys in (f"{old},{fresh}", f"{fresh},{old}"):
        async with open_service(replace(settings, secret_keys=keys)) as city:
            for address, citizen_id in people.items():
                assert await enter(city, address) == citizen_id, keys
            people[f"p{len(people)}@mail.cn"] = await enter(city, f"p{len(people)}@mail.cn")
    database = Database(settings.owner_database_url, pool_size_max=2)
    await database.open()
    try:
        keys = replace(settings, secret_keys=f"{fresh},{old}").keys("secret_keys")
        assert (await reencrypt(database, keys))[0] == {"identities": 2}
        assert await reencrypt(database, keys) == ({}, {})
    finally:
        await database.close()
    async with open_service(replace(settings, secret_keys=fresh)) as city:
        for address, citizen_id in people.items():
            assert await enter(city, address) == citizen_id
    assert await owner.fetchval("SELECT count(*) FROM identities") == len(people) == 3


@pytest.mark.parametrize("steps", runbook("Partners' keys"), ids=["rotation", "leak"])
async def test_a_partner_changes_its_key_as_the_runbook_says(service: Service, steps: list[Step]) -> None:
    old = await new_partner(service)
    operator = await service.staff("operator")
    new = replace(old, key_id="none-yet", secret=token_hex(32))
    for step in steps:
        path = step.value.partition(" ")[2].format(code=old.code, key_id=old.key_id)
        if path.endswith("/end"):
            answer = await service.post(path, {"reason": "runbook"}, operator)
            assert answer.status_code < 300, answer.text
        elif path:
            answer = await service.post(path, {"reason": "runbook"}, operator)
            assert answer.status_code < 300, answer.text
            new = replace(old, key_id=answer.json()["key_id"], secret=answer.json()["secret"])
        for partner, is_taken in ((old, step.old), (new, step.new)):
            assert ((await partner.report(ride())).status_code != 401) is is_taken, step
