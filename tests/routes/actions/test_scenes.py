"""Certified scenes: a sign earns what its kind allows, an old or foreign one nothing; lists, changes, CSV, sheets."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg
import pypdfium2 as pdfium
import pytest
import zxingcpp

from backend.services.actions.scene_cache import SceneCache
from tests.routes.evidencing import CSV_HEADER, change_scene, import_scenes, new_scene
from tests.service import Service


def row(**changes: str) -> str:
    cells = {
        "kind": "shop",
        "name_zh": f"红旗超市 {uuid4().hex[:8]}",
        "name_en": "Red Flag",
        "district": "青羊区",
        "address": "蜀锦路 1 号",
        "stars": "3",
        "grade": "A",
        "lat": "30.66",
        "lon": "104.02",
    } | changes
    return ",".join(cells.values())


async def test_a_sign_is_worth_what_a_venues_code_is_worth(stage: Service) -> None:
    scene = await new_scene(stage)
    code = scene["sign"]["code"]
    assert code.startswith("S")
    assert len(code) <= 32
    action = (await stage.act(await stage.citizen(), "clean_plate", scene_code=code)).json()
    assert (action["tier"], action["state"], action["event"]) == ("E3", "posted", None)
    assert action["points"] > 0
    own = (await stage.act(await stage.citizen(), "own_chopsticks", scene_code=code)).json()
    own_word = (await stage.act(await stage.citizen(), "own_chopsticks")).json()
    assert own_word["reduction_g"] * 2 == own["reduction_g"] > 0
    by_address = await stage.act(await stage.citizen(), "clean_plate", scene_code=scene["sign"]["url"])
    assert by_address.status_code == 201


async def test_the_row_of_an_action_says_at_which_scene(stage: Service, rows: asyncpg.Connection) -> None:
    scene = await new_scene(stage, "hotel")
    body = {"scene_code": scene["sign"]["code"], "evidence": {"tier": "E3"}}
    action = (await stage.act(await stage.citizen(), "linen_skip", **body)).json()
    found = await rows.fetchrow("SELECT scene_id, scene_kind FROM actions WHERE id = $1", action["id"])
    known = await rows.fetchval("SELECT id FROM scenes WHERE code = $1", scene["scene"]["code"])
    assert tuple(found) == (known, "hotel")


async def test_a_scene_takes_only_the_methods_of_its_kind(stage: Service) -> None:
    code = (await new_scene(stage, "shop"))["sign"]["code"]
    for method, quantity in (("clean_plate", None), ("metro", 5)):
        answer = await stage.act(await stage.citizen(), method, quantity, scene_code=code)
        assert (answer.status_code, answer.json()["code"]) == (422, "scene_method_mismatch")
        assert "own_bag" in answer.json()["facts"]["methods"]


@pytest.mark.parametrize("kind", ["restaurant", "hotel", "scenic_area", "shop"])
async def test_every_method_that_a_kind_names_can_be_logged_there(stage: Service, kind: str) -> None:
    scene = await new_scene(stage, kind)
    assert scene["scene"]["methods"]
    for method in scene["scene"]["methods"]:
        citizen = await stage.citizen()
        answer = await stage.act(citizen, method, scene_code=scene["sign"]["code"])
        assert (answer.status_code, answer.json()["state"]) == (201, "posted"), answer.text


async def test_a_closed_scene_and_an_old_sign_are_refused_and_repeats_get_their_answer(
    stage: Service,
) -> None:
    scene = await new_scene(stage)
    code, old = scene["scene"]["code"], scene["sign"]["code"]
    citizen = await stage.citizen()
    first = await stage.act(citizen, "clean_plate", key="before", scene_code=old)
    renewed = (await change_scene(stage, code, new_sign=True)).json()
    assert renewed["sign"]["revision"] == 2
    refused = await stage.act(await stage.citizen(), "clean_plate", scene_code=old)
    assert (refused.status_code, refused.json()["code"]) == (409, "code_expired")
    good = await stage.act(await stage.citizen(), "clean_plate", scene_code=renewed["sign"]["code"])
    assert good.status_code == 201
    await change_scene(stage, code, is_open=False)
    for sign in (renewed["sign"]["code"], old):
        shut = await stage.act(await stage.citizen(), "clean_plate", scene_code=sign)
        assert shut.status_code == 409
        assert shut.json()["code"] in ("scene_closed", "code_expired")
    again = await stage.act(citizen, "clean_plate", key="before", scene_code=old)
    assert (again.status_code, again.content) == (201, first.content)
    await change_scene(stage, code, is_open=True)
    assert (await stage.act(await stage.citizen(), "clean_plate", scene_code=renewed["sign"]["code"])).json()[
        "state"
    ] == "posted"


async def test_another_process_takes_a_new_sign_at_once(stage: Service) -> None:
    scene = await new_scene(stage)
    code = scene["scene"]["code"]
    elsewhere = SceneCache()
    assert (await elsewhere.of_sign(code, 1)).revision == 1
    await change_scene(stage, code, new_sign=True)
    assert (await elsewhere.of_sign(code, 1)).revision == 1  # remembered for some seconds
    assert (await elsewhere.of_sign(code, 2)).revision == 2


async def test_a_sign_opens_no_event_and_an_events_code_no_scene(stage: Service) -> None:
    await stage.event("signs")
    sign = (await new_scene(stage))["sign"]["code"]
    answer = await stage.scan(sign, await stage.citizen())
    assert (answer.status_code, answer.json()["code"]) == (409, "code_foreign")
    unknown = stage.components.codes.sign("00000", 1)
    answer = await stage.act(await stage.citizen(), "clean_plate", scene_code=unknown)
    assert (answer.status_code, answer.json()["code"]) == (409, "code_foreign")


async def test_what_a_code_belongs_to_says_scene_with_its_actions(stage: Service) -> None:
    scene = await new_scene(stage, stars=5, grade="A")
    answer = await stage.client.get(f"/v1/codes/{scene['sign']['code']}")
    view = answer.json()
    assert (view["kind"], view["event"], view["scene"]) == ("scene", None, scene["scene"])
    assert (view["scene"]["stars"], view["scene"]["grade"]) == (5, "A")
    assert "clean_plate" in view["scene"]["methods"]
    image = await stage.client.get("/v1/qr", params={"text": scene["sign"]["url"]})
    assert image.status_code == 200
    code = scene["scene"]["code"]
    await change_scene(stage, code, new_sign=True)
    old = await stage.client.get(f"/v1/codes/{scene['sign']['code']}")
    assert (old.status_code, old.json()["code"]) == (409, "code_expired")
    closed = (await change_scene(stage, code, is_open=False)).json()
    shut = await stage.client.get(f"/v1/codes/{closed['sign']['code']}")
    assert (shut.status_code, shut.json()["code"]) == (409, "scene_closed")
    nobodys = await stage.client.get(f"/v1/codes/{stage.components.codes.sign('00000', 1)}")
    assert (nobodys.status_code, nobodys.json()["code"]) == (404, "scene_not_found")


# -- administration --------------------------------------------------------------------------------


async def test_the_public_list_has_open_scenes_by_kind_and_district_and_never_a_sign(
    stage: Service,
) -> None:
    made = [
        (await new_scene(stage, kind, district="新都区"))["scene"]
        for kind in ("shop", "hotel", "shop", "shop")
    ]
    await change_scene(stage, made[3]["code"], is_open=False)
    params = {"district": "新都区", "kind": "shop", "limit": 1}
    first = (await stage.client.get("/v1/scenes", params=params)).json()
    rest = (await stage.client.get("/v1/scenes", params=params | {"cursor": first["next_cursor"]})).json()
    assert first["items"] + rest["items"] == [made[2], made[0]]
    assert rest["next_cursor"] is None
    assert "revision" not in str(first)
    one = await stage.client.get(f"/v1/scenes/{made[3]['code'].lower()}")
    assert one.json()["is_open"] is False
    for path in ("/v1/scenes?kind=bar", "/v1/scenes?district=%00", "/v1/scenes?limit=0"):
        assert (await stage.client.get(path)).json()["code"] == "invalid_query"


async def test_a_scene_is_entered_once(stage: Service) -> None:
    body = {
        "name": {"zh-CN": "皇城老妈", "en": "Huangcheng"},
        "address": "二环路 20 号",
        "district": "武侯区",
    }
    first = await new_scene(stage, **body)
    operator = await stage.staff("operator")
    sent = body | {"kind": "restaurant", "reason": "again"}
    answers = await asyncio.gather(*(stage.post("/v1/scenes", sent, operator) for _ in range(4)))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(409, "scene_listed")}
    assert first["scene"]["code"] in answers[0].json()["detail"]
    branch = sent | {"address": "琴台路 1 号"}
    branches = await asyncio.gather(*(stage.post("/v1/scenes", branch, operator) for _ in range(4)))
    assert Counter(answer.status_code for answer in branches) == {201: 1, 409: 3}


async def test_changes_are_recorded_with_reason_before_and_after(
    stage: Service, rows: asyncpg.Connection
) -> None:
    scene = await new_scene(stage, stars=3, lat=30.6, lon=104.1)
    code = scene["scene"]["code"]
    changed = (await change_scene(stage, code, stars=5, lat=None, lon=None, reason="复评")).json()
    assert (changed["scene"]["stars"], changed["scene"]["lat"]) == (5, None)
    kept = await rows.fetch(
        "SELECT action, reason, before, after FROM staff_actions WHERE subject = $1 ORDER BY id", code
    )
    assert [row["action"] for row in kept] == ["scene.enter", "scene.change"]
    assert kept[1]["reason"] == "复评"
    assert '"stars": 3' in kept[1]["before"]
    assert '"stars": 5' in kept[1]["after"]
    assert "district" not in kept[1]["after"]


async def test_changes_that_cannot_be_are_refused(stage: Service) -> None:
    code = (await new_scene(stage))["scene"]["code"]
    for changes in ({"stars": 6}, {"lat": 1.0}, {}, {"reason": ""}, {"kind": "shop"}, {"district": None}):
        answer = await change_scene(stage, code, **changes)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body"), changes
    missing = await change_scene(stage, "00000", stars=1)
    assert (missing.status_code, missing.json()["code"]) == (404, "scene_not_found")


async def test_of_new_signs_made_at_once_none_is_lost(stage: Service) -> None:
    code = (await new_scene(stage))["scene"]["code"]
    answers = await asyncio.gather(*(change_scene(stage, code, new_sign=True) for _ in range(6)))
    assert sorted(answer.json()["sign"]["revision"] for answer in answers) == [2, 3, 4, 5, 6, 7]


# -- CSV -------------------------------------------------------------------------------------------


async def test_a_csv_is_imported_whole(stage: Service, rows: asyncpg.Connection) -> None:
    lines = [row(), row(kind="hotel", address="", stars="", grade="", lat="", lon=""), row(name_en='"A, B"')]
    content = "\ufeff" + "\r\n".join([CSV_HEADER, *lines, "", ""])
    answer = await import_scenes(stage, content, reason="第二批")
    assert (answer.status_code, answer.json()["imported"]) == (201, 3)
    views = [(await stage.client.get(f"/v1/scenes/{code}")).json() for code in answer.json()["codes"]]
    assert [view["kind"] for view in views] == ["shop", "hotel", "shop"]
    assert (views[1]["stars"], views[1]["address"], views[2]["name"]["en"]) == (None, None, "A, B")
    reason = "SELECT count(*) FROM staff_actions WHERE action = 'scenes.import' AND reason = '第二批'"
    assert await rows.fetchval(reason) == 1


async def test_a_file_of_scenes_is_taken_as_chinese_spreadsheets_write_it(stage: Service) -> None:
    names = "类型;中文名称;英文名称;区县;地址;星级;等级;纬度;经度;;"
    content = f"{names}\r\n{row().replace(',', ';')};;\r\n;;;;;;;;;;\r\n"
    answer = await import_scenes(stage, content.encode("gb18030"))
    assert (answer.status_code, answer.json()["imported"]) == (201, 1), answer.text
    assert (answer.json()["file"]["encoding"], answer.json()["file"]["separator"]) == ("GB18030", "semicolon")


async def test_every_mistake_of_a_file_of_scenes_is_listed_in_the_asked_language(stage: Service) -> None:
    content = "\n".join(
        [CSV_HEADER, row(lat="3_0.6"), row(name_zh="＝1+1"), row(kind="bar"), row(lat="30,6"), ""]
    )
    answer = await import_scenes(stage, content)
    found = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert found[:3] == [("/rows/2/lat", "lat"), ("/rows/3/name_zh", "calculated"), ("/rows/4/kind", "kind")]
    assert answer.json()["errors"][0]["detail"].startswith("应为 -90 至 90 的数")


async def test_five_thousand_rows_are_imported_and_one_more_is_not(
    stage: Service, rows: asyncpg.Connection
) -> None:
    many = [row() for _ in range(5000)]
    too_many = await import_scenes(stage, "\n".join([CSV_HEADER, *many, row()]))
    assert (too_many.status_code, too_many.json()["code"]) == (422, "csv_unreadable")
    before = await rows.fetchval("SELECT count(*) FROM scenes")
    answer = await import_scenes(stage, "\n".join([CSV_HEADER, *many]))
    assert (answer.status_code, answer.json()["imported"]) == (201, 5000)
    assert await rows.fetchval("SELECT count(*) FROM scenes") == before + 5000


@pytest.mark.parametrize(
    ("broken", "column"),
    [
        (row(kind="bar"), "kind"),
        (row(name_zh=""), "name_zh"),
        (row(name_en="n" * 201), "name_en"),
        (row(stars="6"), "stars"),
        (row(stars="four"), "stars"),
        (row(grade="D"), "grade"),
        (row(lat="91"), "lat"),
        (row(lat="nan"), "lat"),
        (row(lon="inf"), "lon"),
        (row(lon=""), "lat"),
        (row(district="d" * 41), "district"),
        (row() + ",more", "?"),
        ("shop,only two", "?"),
        (row(name_en='"open'), "?"),
    ],
)
async def test_a_broken_row_is_named_and_nothing_is_half_imported(
    stage: Service, rows: asyncpg.Connection, broken: str, column: str
) -> None:
    before = await rows.fetchval("SELECT count(*) FROM scenes")
    answer = await import_scenes(stage, "\n".join([CSV_HEADER, row(), row(), broken]))
    assert (answer.status_code, answer.json()["code"]) == (422, "csv_row_broken"), answer.text
    assert answer.json()["detail"].startswith(f"第 4 行，列 {column}："), answer.json()["detail"]
    assert await rows.fetchval("SELECT count(*) FROM scenes") == before


async def test_a_scene_that_stands_twice_or_is_listed_already_is_a_broken_row(
    stage: Service, rows: asyncpg.Connection
) -> None:
    listed = row()
    assert (await import_scenes(stage, f"{CSV_HEADER}\n{listed}")).status_code == 201
    before = await rows.fetchval("SELECT count(*) FROM scenes")
    # Sent again, as after an answer that was lost, it makes no second scene.
    for content, line in (([listed], 2), ([row(), listed], 3), ([twice := row(), row(), twice], 4)):
        answer = await import_scenes(stage, "\n".join([CSV_HEADER, *content]))
        assert (answer.status_code, answer.json()["code"]) == (422, "csv_row_broken")
        assert f"第 {line} 行" in answer.json()["detail"]
    assert await rows.fetchval("SELECT count(*) FROM scenes") == before


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"a,b\n1,2", CSV_HEADER.encode(), b"\0", CSV_HEADER.upper().encode()]
)
async def test_what_is_no_such_csv_is_refused(stage: Service, content: bytes) -> None:
    answer = await import_scenes(stage, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "csv_unreadable")


async def test_an_import_needs_a_reason_a_media_type_and_a_size(stage: Service) -> None:
    content = f"{CSV_HEADER}\n{row()}"
    assert (await import_scenes(stage, content, reason=" ")).json()["code"] == "invalid_query"
    headers = await stage.staff("operator") | {"Content-Type": "application/json"}
    other = await stage.client.post("/v1/scene-imports?reason=x", content=content, headers=headers)
    assert (other.status_code, other.json()["code"]) == (415, "unsupported_media_type")
    huge = await import_scenes(stage, b"x" * (stage.settings.import_bytes_max + 1))
    assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")


# -- sheets ----------------------------------------------------------------------------------------


def pages(content: bytes) -> list[tuple[str, list[str]]]:
    """Of each page its text and what an independent decoder reads in it."""
    document = pdfium.PdfDocument(content)
    found = []
    for page in document:
        image = page.render(scale=1.2).to_pil()
        texts = [each.text for each in zxingcpp.read_barcodes(image)]
        found.append((page.get_textpage().get_text_range(), texts))
    return found


async def test_a_sheet_shows_the_scene_in_both_languages_and_a_code_that_can_be_scanned(
    stage: Service,
) -> None:
    name = {"zh-CN": "青城山", "en": "Mount Qingcheng"}
    scene = await new_scene(stage, "scenic_area", name=name, stars=4, grade="B", district="都江堰市")
    operator = await stage.staff("operator")
    answer = await stage.client.get(f"/v1/scenes/{scene['scene']['code']}/sheet", headers=operator)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    document = pdfium.PdfDocument(answer.content)
    assert [round(side) for side in document[0].get_size()] == [595, 842]  # A4
    ((text, codes),) = pages(answer.content)
    for word in ("青城山", "Mount Qingcheng", "景区", "Scenic area", "★★★★☆", "B 级", "微信", "WeChat"):
        assert word in text
    assert codes == [scene["sign"]["url"]]


async def test_sheets_of_many_scenes_come_in_one_file(stage: Service) -> None:
    made = [await new_scene(stage, "hotel", district="彭州市") for _ in range(3)]
    operator = await stage.staff("operator")
    wanted = [made[2], made[0]]
    codes = ",".join(each["scene"]["code"] for each in wanted)
    by_code = await stage.client.get("/v1/scenes/sheets", params={"codes": codes}, headers=operator)
    assert [codes for _, codes in pages(by_code.content)] == [[each["sign"]["url"]] for each in wanted]
    by_district = await stage.client.get("/v1/scenes/sheets", params={"district": "彭州市"}, headers=operator)
    assert {codes[0] for _, codes in pages(by_district.content)} == {each["sign"]["url"] for each in made}


async def test_sheets_are_bounded_and_of_known_scenes(stage: Service) -> None:
    operator = await stage.staff("operator")
    many = "\n".join([CSV_HEADER, *(row(district="金堂县") for _ in range(101))])
    assert (await import_scenes(stage, many)).status_code == 201
    for params, status, code in (
        ({"district": "金堂县"}, 422, "sheets_too_many"),
        ({"codes": ",".join(["00000"] * 101)}, 422, "sheets_too_many"),
        ({"codes": "00000"}, 404, "scene_not_found"),
        ({"district": "nowhere"}, 404, "scene_not_found"),
        ({}, 422, "invalid_query"),
        ({"codes": "00000", "district": "x"}, 422, "invalid_query"),
    ):
        answer = await stage.client.get("/v1/scenes/sheets", params=params, headers=operator)
        assert (answer.status_code, answer.json()["code"]) == (status, code), params


async def test_a_name_of_any_length_and_script_prints(stage: Service) -> None:
    operator = await stage.staff("operator")
    for zh, en in (("长" * 200, "W" * 200), ("龘𠮷🍜", "Ünïcödé"), (" 空 ", "a b " * 50)):
        scene = await new_scene(stage, name={"zh-CN": zh, "en": en})
        answer = await stage.client.get(f"/v1/scenes/{scene['scene']['code']}/sheet", headers=operator)
        ((_, codes),) = pages(answer.content)
        assert codes == [scene["sign"]["url"]]
