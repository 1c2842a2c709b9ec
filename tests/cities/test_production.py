"""Cities outside demo mode: what is shipped for it fits together, and two of them are served from their file."""

from __future__ import annotations

import re
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import pytest
import yaml

from backend.app import create_app
from backend.outside.embedded import EmbeddedServers
from backend.tenants_file import load_cities
from tests.cities.test_tenants_file import city, load, settings
from tests.conftest import settings_for
from tests.databases import Databases
from tests.house.source import ROOT
from tests.service import _with_state

CITIES = ROOT / "deploy" / "cities"
BRAND = {"zh-CN": "宜宾碳", "en": "Yibin Carbon"}


async def test_two_cities_are_served_in_production(
    servers: EmbeddedServers, databases: Databases, tmp_path: Path
) -> None:
    async with databases.lent() as one, databases.lent() as two:
        cities = []
        for number, (name, database) in enumerate((("aba", one), ("yibin", two))):
            plain = settings_for(servers, database)
            here = {"database_url": plain.database_url, "redis_url": f"{servers.redis_url}?db={number + 2}"}
            brand: dict[str, Any] = {"brand": BRAND, "languages": ["zh-CN"]} if number else {}
            cities.append(city(name, settings=settings(name) | here, **brand))
        environ = {"TIANFU_VAR_DIR": str(tmp_path), "TIANFU_POOL_SIZE_MAX": "4"}
        served = load(tmp_path, *cities, environ=environ, is_server=True)
        app = create_app(cities=served)
        async with app.router.lifespan_context(app) as state:
            transport = httpx.ASGITransport(app=_with_state(app, state))
            async with httpx.AsyncClient(transport=transport) as client:
                found = [
                    (await client.get(f"https://{name}.example/v1/platform")).json()
                    for name in ("aba", "yibin")
                ]
                assert [each["city"] for each in found] == ["aba", "yibin"]
                assert found[1]["name"] == BRAND
                page = (await client.get("https://yibin.example/?lang=en")).text
                # One language is offered, and no other city is named.
                assert 'lang="zh-CN"' in page
                assert 'id="language" hidden' in page
                assert "aba.example" not in page
                assert (await client.get("https://yibin.example/demo")).status_code == 404
                assert (await client.get("https://nobody.example/")).status_code == 421
                secret = {
                    value
                    for each in cities
                    for name, value in each["settings"].items()
                    if name != "public_url"
                }
                assert not [each for each in secret if isinstance(each, str) and each in repr(served)]


async def test_a_city_whose_database_is_away_takes_nobody_along(
    servers: EmbeddedServers, databases: Databases, tmp_path: Path
) -> None:
    async with databases.lent() as database:
        plain = settings_for(servers, database)
        away = {"database_url": "postgresql://app:x@127.0.0.1:1/aba", "redis_url": "redis://127.0.0.1:1/0"}
        here = {"database_url": plain.database_url, "redis_url": f"{servers.redis_url}?db=2"}
        cities = [
            city(name, settings=settings(name) | reached)
            for name, reached in (("aba", away), ("yibin", here))
        ]
        app = create_app(cities=load(tmp_path, *cities, environ={"TIANFU_VAR_DIR": str(tmp_path)}))
        async with app.router.lifespan_context(app) as state:
            transport = httpx.ASGITransport(app=_with_state(app, state))
            async with httpx.AsyncClient(transport=transport) as client:
                asked = {
                    "https://aba.example/v1/events": 503,
                    "https://aba.example/readyz": 503,
                    "https://yibin.example/v1/events": 200,
                    "https://yibin.example/readyz": 200,
                    "http://10.0.0.7:8000/readyz": 200,
                }
                assert {address: (await client.get(address)).status_code for address in asked} == asked


def test_the_example_of_a_file_is_one_that_a_server_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (CITIES / "cities.example.toml").read_text(encoding="utf-8")
    for number, path in enumerate(re.findall(r'"(/run/secrets/[^"]+)"', text)):
        secret = {
            "database_url": f"postgresql://role{number}:x@postgres/city{number}",
            "redis_url": f"redis://redis/{number}",
            "transparency_log_keys": f"k:{b64encode(secrets.token_bytes(32)).decode()}",
        }
        name = path.rpartition("/")[2].removeprefix("owner_")
        file = tmp_path / f"secret-{number}"
        file.write_text(secret.get(name, f"k:{secrets.token_hex(32)}"))
        text = text.replace(f'"{path}"', f'"{file}"')
    (tmp_path / "cities.toml").write_text(text, encoding="utf-8")
    found = load_cities({"TIANFU_CITIES": str(tmp_path / "cities.toml")})
    assert [each.tenant.id for each in found] == ["chengdu", "tianfu-new-area"]
    assert {urlsplit(each.settings.public_base).hostname for each in found} == {
        domain for each in found for domain in each.domains
    }


def test_compose_takes_away_what_is_each_citys_own() -> None:
    added = yaml.safe_load((CITIES / "compose.yml").read_text(encoding="utf-8"))["services"]
    shipped = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    for name, service in added.items():
        environment = shipped[name]["environment"] | service["environment"]
        environ = {key: value for key, value in environment.items() if value and key != "TIANFU_CITIES"}
        own = {"DATABASE_URL", "REDIS_URL", "TOKEN_KEYS", "CODE_KEYS", "SECRET_KEYS", "PUBLIC_URL"}
        left = {key.removeprefix("TIANFU_").removesuffix("_FILE") for key in environ}
        assert not left & own, name
