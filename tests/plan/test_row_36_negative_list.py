# Row 36, 负面清单: published rules with detectors; no route transfers points; a duplicate serial range is 409.
"""Points are transferred by no route, a range of serials is entered once, and who tries again becomes a case."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.models import ListCase
from backend.services.supervision.detectors import detect
from tests.routes.contract import ENDPOINTS
from tests.service import Json, Service


async def test_row_36_no_transfer_of_points_and_no_serial_twice(service: Service) -> None:
    assert not [each.route for each in ENDPOINTS if "transfer" in each.path]
    citizen = await service.citizen()
    for path in ("/v1/points/transfers", "/v1/me/transfers", "/v1/transfers"):
        assert (await service.post(path, {"to": "x", "points": 1}, citizen)).status_code == 404
    rules = (await service.client.get("/v1/negative-rules")).json()["items"]
    expected = {"resale", "speculation", "self_dealing", "false_serials", "many_accounts"}
    assert {rule["code"] for rule in rules} == expected
    serials: Json = {
        "registry_serial_from": "CD-CER-510100-2024-000001",
        "registry_serial_to": "CD-CER-510100-2024-000002",
    }
    await service.batch(2, retirement_ref="RET-36-1", **serials)
    operator = await service.staff("operator")
    for number in range(3):
        body: Json = {
            "product": "cdcer",
            "project_name": "龙泉山造林",
            "vintage": 2024,
            "quantity_t": 2,
            "retirement_ref": f"RET-36-{number + 2}",
            "retired_on": "2026-01-15",
        } | serials
        refused = await service.post("/v1/credit-batches", body, operator)
        assert (refused.status_code, refused.json()["code"]) == (409, "registry_serials_overlap")
    assert (await detect(service.components.database, datetime.now(UTC))).raised == 1
    assert await ListCase.filter(rule="false_serials", state="open").count() == 1
