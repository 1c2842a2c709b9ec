"""Badges to print: sheets, pictures, lists, made while they are sent, and read back here."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pypdfium2 as pdfium
import pytest
import qrcode
import zxingcpp
from PIL import Image
from qrcode.util import MODE_8BIT_BYTE, QRData

from backend.outside.workshop.process import JobFailed
from backend.render.drawing.qr_series import QrSeries
from backend.render.sheets.badge_paper import LAYOUTS
from backend.services.operations.download_slots import Downloads
from tests.badging import ask, imported, table, tell
from tests.outside import workshop_jobs
from tests.service import Service

DPI = 200
NAME = {"zh-CN": "成都世界低碳运动大会暨绿色出行展览", "en": "Chengdu Low-Carbon Games & Green Travel Fair"}


@pytest.fixture
async def fair(service: Service) -> Service:
    """A fair with fifty badges, of which the second is revoked."""
    await service.event(name=NAME)
    rows = [f"local,A-{n},看台 {n} 排 陈𠮷,"[:60] for n in range(1, 30)]
    rows += [f"international,B-{n},Section {n}," for n in range(30, 51)]
    await imported(service, table(*rows))
    await tell(service, "badges/2/revocation", {"reason": "lost"})
    return service


def pages_of(content: bytes) -> list[Image.Image]:
    document = pdfium.PdfDocument(content)
    return [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in document]


def texts_of(content: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(content)]


def codes_on(page: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(page)}


async def urls(service: Service, count: int = 50) -> dict[int, str]:
    found = (await ask(service, "badges", limit=count)).json()["items"]
    return {badge["serial"]: badge["url"] for badge in found if badge["state"] != "revoked"}


@pytest.mark.parametrize(("layout", "on_a_page"), [("labels", 24), ("cards", 4)])
async def test_every_badge_stands_on_a_sheet_and_can_be_read(
    fair: Service, layout: str, on_a_page: int
) -> None:
    answer = await ask(fair, "badges.pdf", layout=layout)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert "content-length" not in answer.headers
    expected = await urls(fair)
    pages = pages_of(answer.content)
    assert len(pages) == -(-len(expected) // on_a_page)
    assert set().union(*(codes_on(page) for page in pages)) == set(expected.values())


@pytest.mark.parametrize("layout", ["labels", "cards"])
async def test_a_sheet_says_whose_badges_they_are(fair: Service, layout: str) -> None:
    content = (await ask(fair, "badges.pdf", layout=layout, to=4)).content
    text = texts_of(content)[0].replace("\r\n", "").replace(" ", "")
    for wanted in (NAME["zh-CN"][:8], "Chengdu", "看台1排", "№000001", "№000004", "本地Local"):
        assert wanted.replace(" ", "") in text, wanted
    assert "№000002" not in text, "a revoked badge is not printed"
    # A character that the fonts lack shows as one that is seen.
    assert "陈〇" in text


async def test_chinese_is_drawn_and_not_only_said(fair: Service) -> None:
    with_label = pages_of((await ask(fair, "badges.pdf", to=1)).content)[0]
    place = LAYOUTS["labels"]
    left = round(34.5 / 25.4 * DPI)
    label = with_label.crop(
        (left, round(17 / 25.4 * DPI), round(place.wide / 25.4 * DPI), round(23 / 25.4 * DPI))
    )
    dark = sum(1 for pixel in label.convert("L").get_flattened_data() if pixel < 128)
    assert dark > 300


@pytest.mark.parametrize("layout", ["labels", "cards"])
async def test_a_code_is_large_enough_with_its_quiet_zone(fair: Service, layout: str) -> None:
    page = pages_of((await ask(fair, "badges.pdf", layout=layout, to=1)).content)[0]
    found = zxingcpp.read_barcodes(page)[0]
    assert found.ec_level == "M"
    side_px = found.position.top_right.x - found.position.top_left.x
    assert side_px / DPI * 25.4 >= 25
    module = side_px / 33
    left, top = found.position.top_left.x, found.position.top_left.y
    bottom = found.position.bottom_left.y
    around = [(left - 4 * module, top - 4 * module, left - 1, bottom + 4 * module)]
    around.append((left, top - 4 * module, left + side_px, top - 2))
    around.append((left, bottom + 2, left + side_px, bottom + 4 * module))
    around.append((left + side_px + 2, top, left + side_px + 4 * module, bottom))
    for box in around:
        zone = page.convert("L").crop(tuple(round(max(0, each)) for each in box))
        assert min(zone.get_flattened_data()) > 200, box


async def test_sheets_may_be_asked_for_by_serial_and_category(fair: Service) -> None:
    expected = await urls(fair)
    content = (await ask(fair, "badges.pdf", **{"from": 3, "to": 6})).content
    assert codes_on(pages_of(content)[0]) == {expected[n] for n in range(3, 7)}
    content = (await ask(fair, "badges.pdf", category="international")).content
    assert set().union(*map(codes_on, pages_of(content))) == {expected[n] for n in range(30, 51)}


@pytest.mark.parametrize("path", ["badges.pdf", "badges.zip", "badges.csv"])
async def test_nothing_to_print_is_said_before_an_answer_begins(fair: Service, path: str) -> None:
    assert (await ask(fair, path, **{"from": 51})).json()["code"] == "no_badges_to_print"
    assert (await ask(fair, path, category="province")).json()["code"] == "no_badges_to_print"
    assert (await ask(fair, path, **{"from": "x"})).json()["code"] == "invalid_query"
    assert (await ask(fair, path, "other")).json()["code"] == "event_not_found"


@pytest.mark.parametrize("kind", ["png", "svg"])
async def test_pictures_are_packed_one_for_each_badge(fair: Service, kind: str) -> None:
    answer = await ask(fair, "badges.zip", format=kind)
    assert answer.headers["content-type"] == "application/zip"
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    expected = await urls(fair)
    assert packed.namelist() == [f"badge-{serial:06d}.{kind}" for serial in expected]
    assert all(not each.flag_bits & 8 and each.compress_type == 0 for each in packed.infolist())
    if kind == "png":
        for serial, url in list(expected.items())[:5]:
            picture = Image.open(io.BytesIO(packed.read(f"badge-{serial:06d}.png")))
            assert [each.text for each in zxingcpp.read_barcodes(picture.convert("L"))] == [url]
    else:
        assert packed.read("badge-000001.svg").startswith(b"<svg")


async def test_a_zip_of_several_bites_is_whole(fair: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.services.badges.print_files.PICTURES_AT_ONCE", 7)
    packed = zipfile.ZipFile(io.BytesIO((await ask(fair, "badges.zip")).content))
    assert packed.testzip() is None
    assert len(packed.namelist()) == 49


async def test_the_list_names_codes_and_addresses(fair: Service) -> None:
    answer = await ask(fair, "badges.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    expected = await urls(fair)
    assert {int(row["serial"]): row["url"] for row in rows} == expected
    assert (rows[0]["holder_ref"], rows[0]["category"]) == ("A-1", "local")


async def test_a_third_download_waits_for_its_turn(fair: Service) -> None:
    downloads: Downloads = fair.components.downloads

    async def endless() -> Any:
        while True:
            yield b"x"

    open_ones = [downloads.start(endless(), session) for session in range(2)]
    refused = await ask(fair, "badges.csv")
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    await open_ones[0].aclose()
    await open_ones[0].aclose()
    assert (await ask(fair, "badges.csv")).status_code == 200
    assert (await ask(fair, "badges.pdf", to=1)).status_code == 200
    assert (await ask(fair, "badges.zip", to=1)).status_code == 200
    await open_ones[1].aclose()


async def test_an_answer_that_fails_on_its_way_is_not_ended_properly(
    fair: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.services.badges.print_files.end_sheets", workshop_jobs.fail)
    with pytest.raises(JobFailed, match="no ink"):
        await ask(fair, "badges.pdf")
    monkeypatch.undo()
    for _ in range(3):
        assert (await ask(fair, "badges.pdf", to=1)).status_code == 200


@pytest.mark.parametrize("length", [20, 49, 62, 63, 120])
def test_a_drawn_code_is_the_one_that_the_library_draws(length: int) -> None:
    series = QrSeries()
    texts = [("https://badges.example.cn/q/" + seed * length)[-length:] for seed in ("aZ09-_", "Zz~.!7", "b")]
    for text in texts:
        drawn = series.draw(text)
        mask = series._of_length[length]._mask
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=mask)
        code.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
        code.make(fit=True)
        assert drawn.side == code.modules_count
        assert drawn.rows() == ["".join("01"[bool(dark)] for dark in row) for row in code.modules]
