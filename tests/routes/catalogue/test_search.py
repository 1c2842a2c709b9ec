"""Factors and methods are found by words, and each method has a page with its formula, sources and an example."""

from __future__ import annotations

from urllib.parse import quote

import httpx2 as httpx
import pytest

from tests.service import Json, Service


async def _found(service: Service, what: str, query: str | None) -> list[Json]:
    params = {} if query is None else {"query": query}
    answer = await service.client.get(f"/v1/{what}", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    items: list[Json] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    ("query", "id_"),
    [
        ("四川 2023", "grid-sichuan-2023"),
        ("Sichuan 2023", "grid-sichuan-2023"),
        ("ＳＩＣＨＵＡＮ　2023", "grid-sichuan-2023"),
        ("公告2025年第47号 四川", "grid-sichuan-2023"),
        ("coach-2026", "coach-2026"),
        ("scarborough medium meat", "meal-mixed-2023"),
    ],
)
async def test_a_factor_is_found_by_name_id_and_source(stage: Service, query: str, id_: str) -> None:
    assert id_ in [item["id"] for item in await _found(stage, "factors", query)]


async def test_every_word_must_occur(stage: Service) -> None:
    assert await _found(stage, "factors", "四川 伦敦 地铁 火箭") == []
    assert len(await _found(stage, "factors", None)) == len(stage.components.catalogue.factors)
    assert await _found(stage, "methods", "火箭") == []


async def test_a_factor_names_its_gas(stage: Service) -> None:
    for id_, gas, unit in (
        ("grid-sichuan-2023", "CO2", "kgCO2/kWh"),
        ("hsr-cn", "CO2", "gCO2/pkm"),
        ("coach-2026", "CO2e", "gCO2e/pkm"),
        ("metro-energy", None, "kWh/pkm"),
    ):
        found = (await stage.client.get(f"/v1/factors/{id_}")).json()
        assert (found["gas"], found["unit"]) == (gas, unit)


@pytest.mark.parametrize(
    ("query", "code"), [("地铁", "metro"), ("steps werun", "walk_steps"), ("rail_for_air", "rail_for_air")]
)
async def test_a_method_is_found_by_name_code_and_description(stage: Service, query: str, code: str) -> None:
    assert code in [item["code"] for item in await _found(stage, "methods", query)]


async def test_a_query_that_is_too_long_is_refused(stage: Service) -> None:
    for what in ("factors", "methods"):
        answer = await stage.client.get(f"/v1/{what}", params={"query": "x" * 61})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_every_method_has_a_page(stage: Service, language: str) -> None:
    for method in stage.components.catalogue.methods.values():
        page = await stage.client.get(f"/methods/{method.code}", params={"lang": language})
        assert page.status_code == 200
        assert method.name[language] in page.text
        if method.formula is not None:
            assert 'id="formula"' in page.text
            assert 'id="example"' in page.text
        for source_id in method.source_ids:
            assert stage.components.catalogue.sources[source_id].publisher in page.text


async def test_the_example_of_the_metro_is_the_formulas(stage: Service) -> None:
    page = await stage.client.get("/methods/metro", params={"lang": "en"})
    assert "10 pkm, with evidence E1: 468 g" in page.text  # 10 × 46.8


async def test_pages_of_the_catalogue_search_without_a_script(stage: Service) -> None:
    page = await stage.client.get(f"/factors?query={quote('四川 2023')}&lang=zh-CN")
    assert page.status_code == 200
    assert "grid-sichuan-2023" in page.text
    assert "仅 CO₂" in page.text
    assert "coach-2026" not in page.text
    nothing = await stage.client.get("/methods?query=<script>&lang=en")
    assert "Nothing has all these words" in nothing.text
    assert 'value="&lt;script&gt;"' in nothing.text


async def test_a_page_of_no_method_says_so(stage: Service) -> None:
    # A client of its own: the watched one wants a problem document of every refusal, and this is a page.
    transport = httpx.ASGITransport(app=stage.client._transport.app)  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as browser:
        page = await browser.get("/methods/<script>", headers={"Accept-Language": "en"})
        assert page.status_code == 404
        assert "<script>" not in page.text
        assert 'href="/methods"' in page.text
