"""Row 30: openness of credit — organisers, credit batches and verifiers with their state are found by anybody."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.models import CreditBatch, Organisation
from tests.service import Service


async def test_row_30_a_suspended_verifier_and_a_published_batch_are_found_with_their_state(
    service: Service,
) -> None:
    await Organisation.create(
        code="91350100M000100Y43",
        kinds=["verifier"],
        state="suspended",
        state_why="licence withdrawn",
        name_zh="蓉城核查公司",
        name_en="Rongcheng Verifiers",
    )
    facts = {"product": "ccer", "vintage": 2024, "quantity_t": 5, "status": "retired"}
    for name, published_at in (("川西草原碳汇", datetime.now(UTC)), ("川西湿地碳汇", None)):
        retired = {
            "retirement_ref": f"R-{name}",
            "retired_on": datetime.now(UTC).date(),
            "retirement_key": name,
        }
        await CreditBatch.create(project_name=name, published_at=published_at, **facts, **retired)

    found = (await service.client.get("/v1/search", params={"query": "蓉城", "kind": "verifier"})).json()
    assert [(item["key"], item["state"]) for item in found["items"]] == [("91350100M000100Y43", "suspended")]
    found = (await service.client.get("/v1/search", params={"query": "川西"})).json()
    batches = [item for item in found["items"] if item["kind"] == "credit_batch"]
    assert [(item["name"]["zh-CN"], item["state"]) for item in batches] == [("川西草原碳汇", "retired")]

    page = await service.client.get("/registers/verifiers?lang=en")
    assert page.status_code == 200
    assert "Rongcheng Verifiers" in page.text
    assert "may not verify" in page.text
    assert "licence withdrawn" in page.text
