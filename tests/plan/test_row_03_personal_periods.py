"""Row 3: a person accounts for a stated period of their life (个人生活) and offsets it, as for an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backend.domain.days import day_of
from tests.periods import HOUSEHOLD, last_month, my_period, programme
from tests.service import TONNE, Service


async def test_row_03_a_period_is_told_closed_once_offset_and_certified(service: Service) -> None:
    slug = await programme(service)
    await service.pool(slug, 2 * TONNE)
    headers = await service.citizen("li")
    mine = await my_period(service, slug, headers)
    assert (mine["state"], mine["footprint"]["total_g"]) == ("open", 0)
    told = await service.post(f"/v1/me/periods/{mine['id']}/inputs", HOUSEHOLD, headers)
    assert told.status_code == 200, told.text
    footprint = told.json()["footprint"]
    lines = {line["source"]: line for line in footprint["lines"]}
    # 300 kWh of two persons by Sichuan's grid of 2023.
    assert (lines["home_electricity"]["factor_id"], lines["home_electricity"]["emission_g"]) == (
        "grid-sichuan-2023",
        150 * 156.4,
    )
    assert footprint["total_g"] == sum(line["emission_g"] for line in footprint["lines"])
    assert told.json()["not_included"] == ["home_heat", "private_journey"]
    assert told.json()["qualities"]["food"] == "assumed"
    # Nothing is offset that is not fixed.
    share = {"share": 50}
    path = f"/v1/me/periods/{mine['id']}"
    early = await service.post(f"{path}/offset", share, headers | {"Idempotency-Key": "early"})
    assert (early.status_code, early.json()["code"]) == (422, "period_not_closed")
    closed = await service.post(f"{path}/closing", {}, headers)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert closed.json()["footprint"] == footprint
    for way, body in (("closing", {}), ("inputs", HOUSEHOLD)):
        again = await service.post(f"{path}/{way}", body, headers)
        assert (again.status_code, again.json()["code"]) == (409, "period_closed")
    part = await service.post(f"{path}/offset", share, headers | {"Idempotency-Key": "part"})
    assert part.status_code == 201, part.text
    offset = part.json()["offset"]
    assert (offset["kind"], offset["grams"]) == ("partial", -(-footprint["total_g"] // 2))
    repeated = await service.post(f"{path}/offset", share, headers | {"Idempotency-Key": "part"})
    assert repeated.json() == part.json()
    number = part.json()["certificate"]["number"]
    certificate = (await service.client.get(f"/v1/certificates/{number}")).json()
    assert "部分抵消" in certificate["statement"]["zh-CN"]
    assert "参加" not in certificate["statement"]["zh-CN"]
    assert str(last_month().year) in certificate["statement"]["en"]
    assert day_of(datetime.now(UTC)) > last_month() + timedelta(days=27)
