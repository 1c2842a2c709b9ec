"""Row 1: a public platform for neutrality says who runs it: operator, registry, policy versions, contact."""

from __future__ import annotations

from dataclasses import replace

from backend.settings import Settings
from tests.service import open_service


async def test_row_01_the_platform_names_operator_registries_policies_and_contact(settings: Settings) -> None:
    named = replace(settings, operator_name="四川联合环境交易所", privacy_contact="privacy@platform.example")
    async with open_service(named) as service:
        answer = await service.client.get("/v1/platform")
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["operator"] == "四川联合环境交易所"
        assert told["contact"] == "privacy@platform.example"
        assert "suee" in {each["code"] for each in told["registries"]}
        in_force = [each for each in told["policy_versions"] if each["is_in_force"]]
        listed = (await service.client.get("/v1/policies")).json()["items"]
        assert [each["version"] for each in told["policy_versions"]] == [each["version"] for each in listed]
        assert len(in_force) == 1
        page = (await service.client.get("/platform?lang=en")).text
        for text in (
            "四川联合环境交易所",
            "privacy@platform.example",
            in_force[0]["version"],
            told["points_rule"],
        ):
            assert text in page
