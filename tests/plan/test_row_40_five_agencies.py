"""Row 40, the five agencies: a table says who supervises which kind of event; a competition is the Sports Bureau's, and
each agency stands in the register as a public institution.
"""

from __future__ import annotations

from tests.service import Service


async def test_row_40_five_agencies(service: Service) -> None:
    agencies = (await service.client.get("/v1/agencies")).json()["items"]
    leads = {kind: each["name"]["zh-CN"] for each in agencies for kind in each["leads"]}
    assert len(agencies) == 5
    assert leads["competition"] == "四川省体育局"
    event = await service.event("games", kind="competition", state="draft")
    assert event["agency"]["name"]["zh-CN"] == "四川省体育局"
    query = {"kind": "public_institution", "limit": "100"}
    register = (await service.client.get("/v1/organisations", params=query)).json()["items"]
    names = {each["agency"]: each["name"]["zh-CN"] for each in register if each["agency"]}
    assert names == {each["code"]: each["name"]["zh-CN"] for each in agencies}
