"""Certificates with their proof, as a picture, as a sheet, and with a name for as long as its holder wants it."""

from __future__ import annotations

import io
import json
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import asyncpg
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from backend.domain.certificates.canonical_json import canonical_bytes
from backend.domain.certificates.commitment import entry_document
from backend.domain.certificates.merkle import leaf_hash
from backend.domain.certificates.verification import check_certificate, read_keys
from backend.jobs.log_integration import integrate_log
from backend.jobs.offset_waitlist import settle_waiting
from backend.services.certificates.transparency_log import log_keys
from tests.routes.attending import EXAMPLE_A, EXAMPLE_B, attend, holding, id_of
from tests.service import Json, Service


async def integrate(service: Service) -> None:
    await integrate_log(service.components.database, log_keys(service.settings), service.settings.issuer)


@pytest.fixture
async def fair(service: Service) -> Service:
    await service.event("fair")
    await service.pool("fair")
    return service


async def certificate(service: Service, number: str, headers: dict[str, str] | None = None) -> Json:
    answer = await service.client.get(f"/v1/certificates/{number}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def codes_in(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


async def test_a_certificate_is_signed_at_once_and_proved_when_it_is_logged(fair: Service) -> None:
    number = (await attend(fair, journey=EXAMPLE_A, offset={"grams": 20_000}))["certificate"]["number"]
    keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    before = await certificate(fair, number)
    assert before["log"] is None
    assert before["log_expected_at"] is not None
    assert check_certificate(before, keys).head is None
    await integrate(fair)
    after = await certificate(fair, number)
    assert after["log_expected_at"] is None
    assert check_certificate(after, keys).position == after["log"]["position"] == 1
    # The same document and the same signature as before; and the same proof after the log has grown.
    assert (after["document"], after["signature"]) == (before["document"], before["signature"])
    await attend(fair, journey=EXAMPLE_A, offset={"grams": 1000})
    await integrate(fair)
    assert await certificate(fair, number) == after
    assert len(b64decode(after["signature"]["value"])) == 64


async def test_a_later_revision_is_expected_in_the_log_a_minute_after_the_change(
    fair: Service, owner: asyncpg.Connection
) -> None:
    citizen, badge = await fair.citizen(), (await fair.badges(1))[0]
    joined = await fair.scan(badge["code"], citizen, journey=EXAMPLE_A, offset={"share": 100})
    number = joined.json()["certificate"]["number"]
    await owner.execute("UPDATE offsets SET issued_at = issued_at - interval '1 hour'")
    await owner.execute("UPDATE attendances SET joined_at = joined_at - interval '1 hour'")
    await integrate(fair)
    told = await fair.post(
        "/v1/events/fair/journey", {"journey": EXAMPLE_B}, citizen | {"Idempotency-Key": uuid4().hex}
    )
    assert told.status_code in (200, 201), told.text
    record = await certificate(fair, number)
    changed_at = datetime.fromisoformat(record["revisions"][-1]["changed_at"])
    assert changed_at > datetime.fromisoformat(record["issued_at"]) + timedelta(minutes=30)
    assert datetime.fromisoformat(record["log_expected_at"]) == changed_at + timedelta(seconds=60)


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
    await integrate(fair)
    answer = await fair.client.get(f"/v1/certificates/{link['number']}.png", params={"language": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    # The picture is made to be passed on: it never leads to the lines. The sheet leads to what it shows.
    public = link["url"].partition("#")[0]
    assert codes_in(Image.open(io.BytesIO(answer.content))) == [public]
    path = f"/v1/certificates/{link['number']}.pdf"
    answer = await fair.client.get(path, params={"language": language})
    assert codes_in(pypdfium2.PdfDocument(answer.content)[0].render(scale=2).to_pil()) == [public]
    answer = await fair.client.get(path, params={"language": language}, headers=holding(link))
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
    assert (await fair.client.delete("/v1/me", headers=citizen)).status_code == 200
    assert (await certificate(fair, number))["name"] is None
    assert await owner.fetchval("SELECT count(*) FROM certificate_names") == 0
    assert id_of(fair, citizen) is not None


async def test_the_page_tells_the_proof(fair: Service) -> None:
    number = (await attend(fair, journey=EXAMPLE_A, offset={"share": 100}))["certificate"]["number"]
    assert "On its way into the public log" in (await fair.client.get(f"/c/{number}?lang=en")).text
    await integrate(fair)
    page = (await fair.client.get(f"/c/{number}?lang=en")).text
    record = await certificate(fair, number)
    assert "Entry 1 of the public log" in page
    assert record["log"]["leaf_hash"] in page
    assert record["log"]["root"] in page


# -- what was released, what is a contribution, what it stood for before -----------------------------


async def revise(service: Service, citizen: dict[str, str], journey: Json) -> None:
    headers = citizen | {"Idempotency-Key": uuid4().hex}
    answer = await service.post("/v1/events/fair/journey", {"journey": journey}, headers)
    assert answer.status_code == 200, answer.text


async def sheet_text(service: Service, number: str, language: str) -> str:
    """Everything that the A4 sheet says, without spaces and line ends."""
    answer = await service.client.get(f"/v1/certificates/{number}.pdf", params={"language": language})
    assert answer.status_code == 200
    document = pypdfium2.PdfDocument(answer.content)
    return "".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


async def picture(service: Service, number: str, language: str = "zh-CN") -> Image.Image:
    answer = await service.client.get(f"/v1/certificates/{number}.png", params={"language": language})
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content))


async def test_what_it_stood_for_before_and_what_was_released_are_told(fair: Service) -> None:
    citizen, badge = await fair.citizen(), (await fair.badges(1))[0]
    joined = (await fair.scan(badge["code"], citizen, journey=EXAMPLE_B, offset={})).json()
    number, far_g = joined["certificate"]["number"], joined["offset"]["grams"]
    keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    first = await certificate(fair, number)
    assert first["revisions"] == [
        {
            "revision": 0,
            "changed_at": first["issued_at"],
            "grams": far_g,
            "position": None,
            "document_sha256": None,
        }
    ]
    assert (await picture(fair, number)).height == 1620
    await integrate(fair)
    # Told again twice before the log is integrated: the one between never gets an entry of its own.
    await revise(fair, citizen, EXAMPLE_A | {"nights": 1})
    await revise(fair, citizen, EXAMPLE_A)
    shown = await certificate(fair, number)
    grams, released = shown["offset"]["grams"], shown["offset"]["released_g"]
    numbers = [each["revision"] for each in shown["revisions"]]
    assert numbers[0] == 0
    assert numbers[-1] == shown["document"]["revision"]
    assert [each["position"] for each in shown["revisions"]] == [1, None, None]
    assert [each["grams"] for each in shown["revisions"]][::2] == [far_g, grams]
    assert released > 0
    check_certificate(shown, keys)
    pages = [(await fair.client.get(f"/c/{number}?lang={language}")).text for language in ("en", "zh-CN")]
    for page, words in zip(
        pages,
        (
            ("entry 1 of the log", "not sealed yet", "changed again before it was sealed", "Released"),
            ("日志第 1 条", "尚未入日志", "入日志前已再次变更", "已释放"),
        ),
        strict=True,
    ):
        for word in (*words, f"{far_g // 1000}.{far_g % 1000:03d} kg"):
            assert word in page
    assert "notsealedyet" in await sheet_text(fair, number, "en")
    await integrate(fair)
    logged = await certificate(fair, number)
    assert [each["position"] for each in logged["revisions"]] == [1, None, logged["log"]["position"]]
    assert check_certificate(logged, keys).earlier == logged["revisions"][:-1]
    told = f"{released // 1000}.{released % 1000:03d}kgCO₂e"
    for language, words in (
        ("zh-CN", (f"已释放{told}", "修订记录", "日志第1条", "入日志前已再次变更")),
        ("en", (f"Released{told}", "Revisions", "entry1ofthelog", "changedagainbeforeitwassealed")),
    ):
        text = await sheet_text(fair, number, language)
        for word in (*words, f"{far_g // 1000}.{far_g % 1000:03d}kgCO₂e"):
            assert word in text
    assert codes_in(await picture(fair, number)) == [joined["certificate"]["url"].partition("#")[0]]


@pytest.mark.parametrize("minutes", [0, 60])
async def test_who_told_the_journey_again_while_waiting_has_a_certificate_from_its_issue_on(
    service: Service, owner: asyncpg.Connection, minutes: int
) -> None:
    await service.event("fair")
    citizen, badge = await service.citizen(), (await service.badges(1))[0]
    joined = (await service.scan(badge["code"], citizen, journey=EXAMPLE_B, offset={})).json()
    assert joined["offset_status"] == "pool_exhausted"
    await revise(service, citizen, EXAMPLE_A)
    # However long the wait was: changes of others were logged meanwhile.
    await owner.execute(
        "UPDATE journey_revisions SET created_at = created_at - $1::int * interval '1 minute'", minutes
    )
    await service.pool("fair")
    other, badge = await service.citizen(), (await service.badges(1))[0]
    await service.scan(badge["code"], other, journey=EXAMPLE_B, offset={})
    await revise(service, other, EXAMPLE_A)
    await integrate(service)
    assert (await settle_waiting(service.components.database, service.components.queue)).settled == 1
    number = (await service.client.get("/v1/events/fair/me", headers=citizen)).json()["certificate"]["number"]
    await integrate(service)
    shown = await certificate(service, number)
    assert shown["revisions"] == [
        {
            "revision": 1,
            "changed_at": shown["issued_at"],
            "grams": shown["offset"]["grams"],
            "position": shown["log"]["position"],
            "document_sha256": sha256(canonical_bytes(shown["document"])).hexdigest(),
        }
    ]
    keys = read_keys((await service.client.get("/.well-known/tianfu-log.json")).json())
    check_certificate(shown, keys)
    await integrate(service)
    assert await certificate(service, number) == shown


async def caring(fair: Service, owner: asyncpg.Connection, *sources: str) -> Json:
    """A certificate of an event whose organiser neutralises sources: the whole footprint, as far as it goes."""
    await owner.execute(
        "UPDATE events SET neutralises = $1, revision = revision + 1", json.dumps(sorted(sources))
    )
    number = (await attend(fair, journey=EXAMPLE_A, offset={}))["certificate"]["number"]
    return await certificate(fair, number)


async def test_where_a_part_is_neutralised_both_parts_are_called_what_they_are(
    fair: Service, owner: asyncpg.Connection
) -> None:
    shown = await caring(fair, owner, "lodging")
    number, total_g = shown["number"], shown["footprint"]["total_g"]
    assert (shown["claim"], shown["offset"]["contribution_g"]) == ("contribution", 107_000)
    assert shown["offset"]["kind"] == "full"
    rest = f"{(total_g - 107_000) // 1000}.{(total_g - 107_000) % 1000:03d}"
    assert (
        f"其中 107.000 kgCO₂e 为额外贡献（主办方已承诺中和的部分），不作抵消声明，其余 {rest} kgCO₂e 用于抵消"
        in (shown["statement"]["zh-CN"])
    )
    assert f"the other {rest} kgCO₂e stand against" in shown["statement"]["en"]
    chinese, english = [
        (await fair.client.get(f"/c/{number}?lang={language}")).text for language in ("zh-CN", "en")
    ]
    for word in ("活动碳排放抵消与贡献证书", "其中贡献（非抵消）", "107.000 kgCO₂e", "全部：抵消与贡献"):
        assert word in chinese
    for word in ("Contribution, not offset", "107.000 kgCO₂e", "all of it: offset and contribution"):
        assert word in english
    for word in ("全部抵消", "已抵消", "抵消证书", "贡献证书</h1>", "全部贡献"):
        assert word not in (chinese + english).replace("抵消与贡献证书", "")
    text = await sheet_text(fair, number, "zh-CN")
    for word in ("活动碳排放抵消与贡献证书", "其中贡献（非抵消）107.000kgCO₂e", "全部：抵消与贡献"):
        assert word in text
    text = await sheet_text(fair, number, "en")
    assert "allofit:offsetandcontribution" in text
    assert "107.000kgCO₂e" in text
    assert (await picture(fair, number, "en")).width == 1080


async def test_where_everything_is_neutralised_nothing_is_called_an_offset(
    fair: Service, owner: asyncpg.Connection
) -> None:
    link = (await attend(fair, agrees=True, journey=EXAMPLE_A, offset={"grams": 1}))["certificate"]
    first = await certificate(fair, link["number"], holding(link))
    sources = {line["source"] for line in first["footprint"]["lines"]}
    shown = await caring(fair, owner, *sources)
    number = shown["number"]
    assert shown["offset"]["contribution_g"] == shown["offset"]["grams"] == shown["footprint"]["total_g"]
    chinese, english = [
        (await fair.client.get(f"/c/{number}?lang={language}")).text for language in ("zh-CN", "en")
    ]
    for word in ("活动碳排放贡献证书", "其中贡献（非抵消）", "贡献，非抵消", "进行全部贡献"):
        assert word in chinese
    for word in ("Contribution, not offset", "contribution, not offset"):
        assert word in english
    for word in ("全部抵消", "已抵消", "抵消证书"):
        assert word not in chinese + english
    assert "contribution,notoffset" in await sheet_text(fair, number, "en")


async def test_a_certificate_of_the_former_wording_stays_as_it_was_signed(
    fair: Service, owner: asyncpg.Connection
) -> None:
    """A certificate logged before it was put better keeps it, and it is still what was signed."""
    shown = await caring(fair, owner, "lodging")
    await integrate(fair)
    former = shown["document"] | {"statement": {"zh-CN": "旧声明。", "en": "The former sentence."}}
    document = canonical_bytes(former)
    entry = canonical_bytes(
        entry_document(bytes.fromhex(shown["commitment_salt"]), former, sha256(document).digest())
    )
    await owner.execute(
        "UPDATE log_entries SET body = $1, leaf_hash = $2, document = $3 WHERE subject = $4",
        entry,
        leaf_hash(entry),
        document,
        shown["number"],
    )
    # As it was before signatures were kept beside entries.
    await owner.execute("DELETE FROM log_signatures")
    again = await certificate(fair, shown["number"])
    assert again["document"] == former
    assert again["statement"]["en"] == "The former sentence."
    keys = read_keys((await fair.client.get("/.well-known/tianfu-log.json")).json())
    # Its own head was signed over the other leaf, which this test replaced: the signature is what counts here.
    check_certificate(again | {"log": None}, keys)


async def test_neutral_is_no_word_of_a_certificate(fair: Service) -> None:
    for offset in ({"share": 50}, {"share": 100}):
        number = (await attend(fair, journey=EXAMPLE_A, offset=offset))["certificate"]["number"]
        assert "碳中和" not in (await fair.client.get(f"/c/{number}?lang=zh-CN")).text
        assert "碳中和" not in await sheet_text(fair, number, "zh-CN")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_nothing_of_a_long_certificate_is_cut(fair: Service, language: str) -> None:
    names = {
        "zh-CN": "第二十三届中国西部国际博览会暨成渝双城经济圈绿色低碳产业高峰论坛与公园城市低碳生活体验周开幕式",
        "en": "The 23rd Western China International Fair with the Green and Low-Carbon Industries Summit and the Park "
        "City Low-Carbon Living Week, Opening Ceremony",
    }
    await fair.event("long", name=names)
    for project in (
        "川西高原光伏发电二期（100 MW）及配套储能示范工程",
        "Improved Cookstoves in the Upper Yangtze",
        "湿地",
    ):
        batch = await fair.batch(1, project_name=project)
        await fair.pool("long", 45_000, batch)
    citizen, badge = await fair.citizen(), (await fair.badges(1, "long"))[0]
    joined = (await fair.scan(badge["code"], citizen, journey=EXAMPLE_A, offset={})).json()
    link = joined["certificate"]
    assert len(joined["offset"]["allocations"]) == 3
    body = {"name": "欧阳靖雯 · Maria-Theresia von Habsburg-Lothr", "consent": True}
    named = await fair.post(f"/v1/me/certificates/{link['number']}/name", body, citizen)
    assert named.status_code == 200, named.text
    drawn = await picture(fair, link["number"], language)
    assert drawn.height > 1620
    assert codes_in(drawn) == [link["url"].partition("#")[0]]
    record = await certificate(fair, link["number"])
    text = await sheet_text(fair, link["number"], language)
    for said in (names[language], record["name"], record["statement"]["zh-CN"]):
        assert "".join(said.split()) in text
