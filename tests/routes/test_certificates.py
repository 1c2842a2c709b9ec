"""Certificates with their proof, as a picture, as a sheet, and with a name for as long as its holder wants it."""

from __future__ import annotations

import io
from base64 import b64decode

import asyncpg
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from backend.domain.verification import check_certificate, read_keys
from backend.jobs.sealing import seal_log
from backend.services.log import log_keys
from tests.routes.attending import EXAMPLE_A, attend, id_of
from tests.service import Json, Service


async def seal(service: Service) -> None:
    await seal_log(service.parts.database, log_keys(service.settings), service.settings.issuer)


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event("fair")
    await service.pool("fair")
    return service


async def certificate(service: Service, number: str) -> Json:
    answer = await service.client.get(f"/v1/certificates/{number}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def codes_in(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


async def test_a_certificate_is_signed_at_once_and_proved_when_it_is_sealed(fair: Service) -> None:
    number = (await attend(fair, journey=EXAMPLE_A, offset={"grams": 20_000}))["certificate"]["number"]
    keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    before = await certificate(fair, number)
    assert before["log"] is None
    assert before["log_expected_at"] is not None
    assert check_certificate(before, keys).head is None
    await seal(fair)
    after = await certificate(fair, number)
    assert after["log_expected_at"] is None
    assert check_certificate(after, keys).position == after["log"]["position"] == 1
    # The same document and the same signature as before; and the same proof after the log has grown.
    assert (after["document"], after["signature"]) == (before["document"], before["signature"])
    await attend(fair, journey=EXAMPLE_A, offset={"grams": 1000})
    await seal(fair)
    assert await certificate(fair, number) == after
    assert len(b64decode(after["signature"]["value"])) == 64


@pytest.mark.parametrize(("share", "word"), [(100, "全部抵消"), (50, "部分抵消")])
async def test_it_says_all_or_part_and_never_neutral(fair: Service, share: int, word: str) -> None:
    joined = await attend(fair, journey=EXAMPLE_A, offset={"share": share})
    said = (await certificate(fair, joined["certificate"]["number"]))["statement"]
    assert word in said["zh-CN"].replace("进行", "")
    assert "碳中和" not in said["zh-CN"]
    assert "neutral" not in said["en"].lower()
    assert "项目 龙泉山造林" in said["zh-CN"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_picture_and_sheet_lead_to_the_certificate(fair: Service, language: str) -> None:
    link = (await attend(fair, journey=EXAMPLE_A, offset={"share": 100}))["certificate"]
    await seal(fair)
    answer = await fair.client.get(f"/v1/certificates/{link['number']}.png", params={"language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert codes_in(Image.open(io.BytesIO(answer.content))) == [link["url"]]
    answer = await fair.client.get(f"/v1/certificates/{link['number']}.pdf", params={"language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.content)
    assert codes_in(document[0].render(scale=2).to_pil()) == [link["url"]]
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    record = await certificate(fair, link["number"])
    squeezed = "".join(text.split())
    for part in record["offset"]["allocations"]:
        assert str(part["serial_from"]) in squeezed
        assert part["retirement_ref"] in squeezed
    assert record["log"]["leaf_hash"] in squeezed
    assert "neutral" not in text.lower().replace("noclaimofneutrality", "").replace(
        "no claim of neutrality", ""
    )


async def test_pictures_of_nothing_and_in_no_language_are_refused(fair: Service) -> None:
    for ending in ("png", "pdf"):
        missing = await fair.client.get(f"/v1/certificates/TF-AB0YZ-0123-4567-89AB.{ending}")
        assert (missing.status_code, missing.json()["code"]) == (404, "certificate_not_found")
        bad = await fair.client.get(f"/v1/certificates/x.{ending}", params={"language": "fr"})
        assert (bad.status_code, bad.json()["code"]) == (422, "invalid_query")


async def test_a_name_is_shown_while_its_holder_wants_it(fair: Service, owner: asyncpg.Connection) -> None:
    citizen, other = await fair.citizen(), await fair.citizen()
    badge = (await fair.badges(1))[0]
    joined = await fair.scan(badge["code"], citizen, journey=EXAMPLE_A, offset={"share": 100})
    number = joined.json()["certificate"]["number"]
    path = f"/v1/me/certificates/{number}/name"
    nameless = await fair.client.get(f"/v1/certificates/{number}.png")
    for body, code in (
        ({"name": "王小明", "consent": False}, "certificate_name_needs_consent"),
        ({"name": "  ", "consent": True}, "certificate_name_blank"),
        ({"name": "王\u200b\u202e明", "consent": True}, "certificate_name_blank"),
        ({"name": "x" * 41, "consent": True}, "invalid_body"),
    ):
        refused = await fair.client.post(path, json=body, headers=citizen)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    wrong = await fair.client.post(path, json={"name": "Mallory", "consent": True}, headers=other)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "certificate_not_found")
    for name in ("王小明", "<b>王</b> 小明"):
        put = await fair.client.post(path, json={"name": name, "consent": True}, headers=citizen)
        assert (put.status_code, put.json()["name"]) == (200, name)
    shown = await certificate(fair, number)
    assert shown["name"] == "<b>王</b> 小明"
    page = (await fair.client.get(f"/c/{number}")).text
    assert "&lt;b&gt;王&lt;/b&gt; 小明" in page
    assert (await fair.client.get(f"/v1/certificates/{number}.png")).content != nameless.content
    assert shown["name"] not in str(shown["document"])
    taken = await fair.client.delete(path, headers=citizen)
    assert taken.status_code == 204
    assert (await certificate(fair, number))["name"] is None
    assert (await fair.client.get(f"/v1/certificates/{number}.png")).content == nameless.content
    await fair.client.post(path, json={"name": "王小明", "consent": True}, headers=citizen)
    exported = (await fair.client.get("/v1/me/export", headers=citizen)).json()
    assert exported["certificate_names"][0]["name"] == "王小明"
    assert (await fair.client.delete("/v1/me", headers=citizen)).status_code == 204
    assert (await certificate(fair, number))["name"] is None
    assert await owner.fetchval("SELECT count(*) FROM certificate_names") == 0
    assert id_of(fair, citizen) is not None


async def test_the_page_tells_the_proof(fair: Service) -> None:
    number = (await attend(fair, journey=EXAMPLE_A, offset={"share": 100}))["certificate"]["number"]
    assert "On its way into the public log" in (await fair.client.get(f"/c/{number}?lang=en")).text
    await seal(fair)
    page = (await fair.client.get(f"/c/{number}?lang=en")).text
    record = await certificate(fair, number)
    assert "Entry 1 of the public log" in page
    assert record["log"]["leaf_hash"] in page
    assert record["log"]["root"] in page
