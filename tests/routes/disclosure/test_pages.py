"""The pages of releases need no script, and the feed is valid Atom that pages through all of them."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree as Xml

from tests.routes.disclosure.releasing import closed_event, releases
from tests.service import Service

ATOM = "{http://www.w3.org/2005/Atom}"


async def test_the_feed_is_valid_atom(service: Service) -> None:
    await closed_event(service, "fair", people=1, name={"zh-CN": "A<b>&会", "en": "A <b> & c"})
    (brief,) = await releases(service)
    answer = await service.client.get("/disclosures.atom?lang=en")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = Xml.fromstring(answer.content)  # noqa: S314 - made by us
    assert feed.tag == f"{ATOM}feed"
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link")}
    assert links["self"] == f"{service.settings.public_base}/disclosures.atom"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == f"{brief['number']} · A <b> & c"
    for each in (feed, entry):
        assert (each.findtext(f"{ATOM}id") or "").startswith("tag:")
        assert datetime.fromisoformat(each.findtext(f"{ATOM}updated") or "").tzinfo is not None
    assert brief["sha256"] in (entry.findtext(f"{ATOM}summary") or "")


async def test_an_empty_feed_is_the_same_at_every_reading(service: Service) -> None:
    first, second = [(await service.client.get("/disclosures.atom")).content for _ in range(2)]
    assert first == second
    assert Xml.fromstring(first).findall(f"{ATOM}entry") == []  # noqa: S314 - made by us


async def test_pages_are_read_without_a_script_in_both_languages(service: Service) -> None:
    await closed_event(service, "fair", people=1)
    (brief,) = await releases(service)
    for path in ("/disclosures", f"/disclosures/{brief['number']}", "/stats"):
        for language in ("zh-CN", "en"):
            page = await service.client.get(f"{path}?lang={language}")
            assert page.status_code == 200
            assert "<script" not in page.text
    shown = (await service.client.get(f"/disclosures/{brief['number']}?lang=en")).text
    assert 'id="chart"' in shown
    assert "/complaints?about=event_report" in shown
    for ending in (".pdf", ".csv"):
        assert f"/v1/disclosures/{brief['number']}{ending}" in shown


async def test_what_an_address_asks_for_and_nobody_knows_narrows_nothing(service: Service) -> None:
    await closed_event(service, "fair", people=1)
    for query in ("?kind=week", "?year=x", "?cursor=--", "?year=٢٠٢٦", "?kind=event&utm_source=wechat"):
        page = await service.client.get(f"/disclosures{query}")
        assert page.status_code == 200
        assert "D-20" in page.text
