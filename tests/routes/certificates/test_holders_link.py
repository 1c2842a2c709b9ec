"""A journey is its holder's: what the log, a number and a digest tell those who have no secret, and what opens it."""

from __future__ import annotations

import io
import json

import asyncpg
import pypdfium2
import pytest

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.certificates.document import lines_digest
from backend.domain.certificates.merkle import leaf_hash
from backend.domain.certificates.verification import check_certificate, read_keys
from backend.domain.footprint.footprint import Journey
from backend.jobs.log_integration import integrate_log
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.encoding import encode
from backend.models import Event
from backend.services.certificates.transparency_log import log_keys
from backend.services.events.attendance import event_facts, row_of
from tests.routes.attending import agree, attend, holding
from tests.service import Json, Service

CITY: Json = {"from_city": "重庆", "mode": "hsr", "nights": 1}


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event("fair")
    await service.pool("fair")
    return service


async def integrate(service: Service) -> None:
    await integrate_log(service.components.database, log_keys(service.settings), service.settings.issuer)


async def record_of(service: Service, number: str, headers: dict[str, str] | None = None) -> Json:
    answer = await service.client.get(f"/v1/certificates/{number}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def sheet_of(service: Service, number: str, headers: dict[str, str] | None = None) -> str:
    answer = await service.client.get(
        f"/v1/certificates/{number}.pdf", params={"language": "en"}, headers=headers
    )
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    return "".join(page.get_textpage().get_text_bounded() for page in document)


async def test_a_number_alone_shows_totals_and_the_holders_link_the_lines(fair: Service) -> None:
    joined = await attend(fair, agrees=True, journey=CITY, offset={"share": 100})
    link = joined["certificate"]
    for _ in range(2):
        totals = await record_of(fair, link["number"])
        lines = await record_of(fair, link["number"], holding(link))
        assert (totals["shows"], lines["shows"]) == ("totals", "lines")
        assert totals["footprint"]["total_g"] == joined["footprint"]["total_g"]
        assert totals["footprint"]["lines"] is None
        assert totals["footprint"]["lines_salt"] is None
        assert len(lines["footprint"]["lines"]) == len(joined["footprint"]["lines"])
        keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
        assert not check_certificate(totals, keys).shows_lines
        assert check_certificate(lines, keys).shows_lines
        await integrate(fair)
    train = next(line for line in joined["footprint"]["lines"] if line["source"] == "travel_intercity")
    for page in ((await fair.client.get(f"/c/{link['number']}")).text, await sheet_of(fair, link["number"])):
        assert train["factor_id"] not in page
    assert train["factor_id"] in await sheet_of(fair, link["number"], holding(link))


async def test_a_wrong_secret_shows_what_none_does(fair: Service) -> None:
    link = (await attend(fair, agrees=True, journey=CITY, offset={"share": 100}))["certificate"]
    other = (await attend(fair, agrees=True, journey=CITY, offset={"share": 100}))["certificate"]
    right = holding(link)["X-Certificate-Secret"]
    plain = await record_of(fair, link["number"])
    for wrong in (right[:-1], right + "A", right.swapcase(), "A" * len(right), "é" * len(right), ""):
        headers = {"X-Certificate-Secret": wrong.encode("latin-1").decode("latin-1")}
        answer = await fair.client.get(
            f"/v1/certificates/{link['number']}",
            headers={name: value.encode("latin-1") for name, value in headers.items()},
        )
        assert answer.json() == plain
    assert await record_of(fair, link["number"], holding(other)) == plain
    # 192 bits, and another one for each certificate.
    assert len(right) == 32


async def test_the_secret_is_in_no_address_that_a_server_sees(fair: Service) -> None:
    link = (await attend(fair, agrees=True, journey=CITY, offset={"share": 100}))["certificate"]
    address, _, fragment = link["url"].partition("#")
    assert fragment.startswith("s=")
    assert address.endswith(f"/c/{link['number']}")
    page = await fair.client.get(f"/c/{link['number']}?s={fragment[2:]}")
    assert fragment[2:] not in page.text
    assert page.headers["referrer-policy"] in (
        "no-referrer",
        "same-origin",
        "strict-origin-when-cross-origin",
    )


async def test_walking_the_log_gives_no_number_and_nothing_that_opens_one(fair: Service) -> None:
    links = [
        (await attend(fair, agrees=True, journey=CITY, offset={"share": 100}))["certificate"]
        for _ in range(3)
    ]
    await integrate(fair)
    page = (await fair.client.get("/v1/log/entries", params={"limit": 100})).text
    entries = json.loads(page)["items"]
    entries += [
        (await fair.client.get(f"/v1/log/entries/{position}")).json() for position in range(len(entries))
    ]
    for link in links:
        assert link["number"] not in page
    for entry in entries:
        if entry["kind"] != "offset":
            continue
        assert set(entry["document"]) == {"type", "commitment", "revision", "grams", "allocations"}
        for found in (entry["subject"], entry["leaf_hash"], entry["document"]["commitment"]):
            assert (await fair.client.get(f"/v1/certificates/{found}")).status_code == 404
            asked = await fair.client.get("/v1/log/proofs/inclusion", params={"certificate": found})
            assert asked.status_code in (404, 422)
    # Who has a number finds its entry, and that it is the one that is meant.
    record = await record_of(fair, links[0]["number"])
    assert record["log"]["entry"] in [entry["document"] for entry in entries]


async def _digests_of_cities(service: Service) -> set[str]:
    """What somebody finds who computes the footprint of every city of the catalogue and hashes its lines."""
    event = await Event.get(slug="fair")
    book = FootprintBook(service.components.catalogue)
    found = set()
    for city in service.components.catalogue.cities.values():
        journey = Journey(from_city=city.name["zh-CN"], mode="hsr", nights=1)
        try:
            computed = book.compute(event_facts(row_of(event)), journey, None)
        except Exception:  # noqa: S112 - no train goes there
            continue
        lines = json.loads(encode(computed))["lines"]
        found.add(lines_digest(lines))
    return found


async def test_trying_the_cities_finds_no_digest(fair: Service, owner: asyncpg.Connection) -> None:
    link = (await attend(fair, agrees=True, journey=CITY, offset={"share": 50}))["certificate"]
    await integrate(fair)
    tried = await _digests_of_cities(fair)
    record = await record_of(fair, link["number"])
    mine = await record_of(fair, link["number"], holding(link))
    # The journey is among those that were tried: without its salt the digest would have been found.
    assert lines_digest(mine["footprint"]["lines"]) in tried
    shown = json.dumps([record, (await fair.client.get("/v1/log/entries")).json()])
    assert not [digest for digest in tried if digest in shown]
    salt = bytes.fromhex(mine["footprint"]["lines_salt"])
    assert lines_digest(mine["footprint"]["lines"], salt) == record["document"]["footprint"]["lines_sha256"]
    assert mine["footprint"]["lines_salt"] not in shown


async def test_a_new_link_closes_the_one_before(fair: Service) -> None:
    citizen, badge = await fair.citizen(), (await fair.badges(1))[0]
    await agree(fair, citizen)
    joined = (await fair.scan(badge["code"], citizen, journey=CITY, offset={"share": 100})).json()
    link, path = joined["certificate"], f"/v1/me/certificates/{joined['certificate']['number']}/link"
    assert (await fair.client.post(path)).status_code == 401
    stranger = await fair.client.post(path, headers=await fair.citizen())
    assert (stranger.status_code, stranger.json()["code"]) == (404, "certificate_not_found")
    for _ in range(2):
        answer = await fair.client.post(path, headers=citizen)
        assert answer.status_code == 200, answer.text
        renewed = answer.json()
        assert (await record_of(fair, link["number"], holding(link)))["shows"] == "totals"
        assert (await record_of(fair, link["number"], holding(renewed)))["shows"] == "lines"
        link = renewed
    [mine] = (await fair.client.get("/v1/me/certificates", headers=citizen)).json()["items"]
    attended = (await fair.client.get("/v1/events/fair/me", headers=citizen)).json()["certificate"]
    again = (await fair.scan(badge["code"], citizen)).json()["certificate"]
    assert mine["url"] == attended["url"] == again["url"] == link["url"]


async def log_as_before(owner: asyncpg.Connection, record: Json) -> None:
    """Make a logged certificate one of before: its whole document, with an unsalted digest, is the leaf."""
    footprint = record["document"]["footprint"] | {"lines_sha256": lines_digest(record["footprint"]["lines"])}
    former = canonical_bytes(record["document"] | {"type": "tianfu-certificate-v1", "footprint": footprint})
    await owner.execute(
        "UPDATE log_entries SET body = $1, leaf_hash = $2, document = NULL WHERE subject = $3",
        *(former, leaf_hash(former), record["number"]),
    )
    # Signatures were not kept then: the certificate is signed when it is asked for.
    await owner.execute(
        "DELETE FROM log_signatures USING log_entries e"
        " WHERE log_signatures.position = e.position AND e.subject = $1",
        record["number"],
    )


async def test_one_of_before_shows_totals_until_its_holder_opens_the_link(
    fair: Service, owner: asyncpg.Connection
) -> None:
    citizen, badge = await fair.citizen(), (await fair.badges(1))[0]
    await agree(fair, citizen)
    joined = (await fair.scan(badge["code"], citizen, journey=CITY, offset={"share": 100})).json()
    await integrate(fair)
    number = joined["certificate"]["number"]
    await log_as_before(owner, await record_of(fair, number, holding(joined["certificate"])))
    record = await record_of(fair, number)
    assert (record["shows"], record["document"], record["signature"]) == ("totals", None, None)
    digests = [digest for digest in await _digests_of_cities(fair) if digest in json.dumps(record)]
    assert digests == []
    assert (await fair.client.get(f"/c/{number}?lang=en")).status_code == 200
    assert number in await sheet_of(fair, number)
    [mine] = (await fair.client.get("/v1/me/certificates", headers=citizen)).json()["items"]
    opened = await record_of(fair, number, holding(mine))
    assert opened["shows"] == "lines"
    keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    # The head was signed over the leaf that this test replaced; the document is checked as it always was.
    assert check_certificate(opened | {"log": None}, keys).shows_lines
    assert leaf_hash(canonical_bytes(opened["document"])).hex() == opened["log"]["leaf_hash"]
    entry = (await fair.client.get(f"/v1/log/entries/{opened['log']['position']}")).json()
    assert entry["document"] is None
    assert entry["subject"] == entry["leaf_hash"] == opened["log"]["leaf_hash"]
    assert number not in (await fair.client.get("/v1/log/entries")).text


async def test_after_erasure_there_are_neither_name_nor_lines(
    fair: Service, owner: asyncpg.Connection
) -> None:
    citizen, badge = await fair.citizen(), (await fair.badges(1))[0]
    await agree(fair, citizen)
    joined = (await fair.scan(badge["code"], citizen, journey=CITY, offset={"share": 100})).json()
    link = joined["certificate"]
    assert (await record_of(fair, link["number"], holding(link)))["shows"] == "lines"
    assert (await fair.client.delete("/v1/me", headers=citizen)).status_code == 200
    after = await record_of(fair, link["number"], holding(link))
    assert (after["shows"], after["name"], after["footprint"]["lines"]) == ("totals", None, None)
    keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    check_certificate(after, keys)
