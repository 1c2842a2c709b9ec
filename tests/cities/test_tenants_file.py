"""The file of cities: what it says, and every way in which two cities would meet."""

from __future__ import annotations

import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from backend.catalogue import CatalogueError
from backend.catalogue.overlay import DIRECTORY, compose
from backend.settings import SettingsError
from backend.tenants_file import CITIES_MAX, ServedCity, load_cities

ENVIRON = {"TIANFU_ENVIRONMENT": "production"}


def settings(name: str) -> dict[str, str]:
    return {
        "database_url": f"postgresql://app_{name}:x@db/tianfu_{name}",
        "redis_url": f"redis://redis:6379/{len(name)}",
        "public_url": f"https://{name}.example",
        "token_keys": f"a:{secrets.token_hex(32)}",
        "code_keys": f"a:{secrets.token_hex(32)}",
        "secret_keys": f"a:{secrets.token_hex(32)}",
        "transparency_log_keys": f"a:{b64encode(secrets.token_bytes(32)).decode()}",
    }


def city(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "domains": [f"{name}.example"],
        "name": {"zh-CN": name, "en": name},
        "settings": settings(name),
    } | changes


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}" = {toml(each)}' for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, int) else '"' + value + '"'


def load(tmp_path: Path, *cities: dict[str, Any], **options: Any) -> tuple[ServedCity, ...]:
    path = tmp_path / "cities.toml"
    path.write_text(
        "\n".join(
            "[[city]]\n" + "\n".join(f"{key} = {toml(value)}" for key, value in each.items())
            for each in cities
        ),
        encoding="utf-8",
    )
    environ = ENVIRON | options.pop("environ", {})
    return load_cities(environ | {"TIANFU_CITIES": str(path)}, **options)


def with_settings(name: str, **changes: Any) -> dict[str, Any]:
    return city(name, settings={key: value for key, value in (settings(name) | changes).items() if value})


def test_no_file_is_one_city() -> None:
    assert load_cities({}) == ()


def test_two_cities_have_all_that_keeps_them_apart(tmp_path: Path) -> None:
    one, two = load(tmp_path, city("aba"), city("yibin"), environ={"TIANFU_POOL_SIZE_MAX": "8"})
    assert (one.settings.issuer, two.settings.issuer) == ("tianfu-aba", "tianfu-yibin")
    assert one.settings.audience != two.settings.audience
    assert one.settings.photo_dir != two.settings.photo_dir
    assert one.settings.signer_path != two.settings.signer_path
    # What is the machine's is shared: costly jobs of all cities stand in one queue, and one pool is divided.
    assert one.settings.places_dir == two.settings.places_dir
    assert one.settings.pool_size_max == two.settings.pool_size_max == 4
    assert not one.tenant.neighbours, "outside the demo no page leads to another city"


def test_a_server_process_reads_no_key_of_a_log_and_no_owners_address(tmp_path: Path) -> None:
    owned = with_settings("aba", owner_database_url="postgresql://owner:x@db/tianfu_aba")
    (served,) = load(tmp_path, owned, is_server=True)
    assert (served.settings.transparency_log_keys, served.settings.owner_database_url) == ("", "")
    (worker,) = load(tmp_path, owned)
    assert worker.settings.transparency_log_keys
    assert worker.settings.owner_database_url


def test_a_brand_takes_the_place_of_the_services_name_in_every_text(tmp_path: Path) -> None:
    brand = {"zh-CN": "阿坝碳", "en": "Aba Carbon"}
    (served,) = load(tmp_path, city("aba", brand=brand))
    assert served.tenant.words["en"]["brand"] == "Aba Carbon"
    assert "Aba Carbon: {code}" in served.tenant.words["en"]["sent_code.message"]


SHARED_KEY = f"a:{secrets.token_hex(32)}"


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (city("aba"), "two cities have the id aba"),
        (city("yibin", domains=["yibin.example", "aba.example"]), "two cities have the domain"),
        (
            with_settings("yibin", database_url="postgresql://other:y@db:5432/tianfu_aba"),
            "database of another",
        ),
        (with_settings("yibin", redis_url="redis://:secret@redis/3"), "Redis of another"),
        (with_settings("yibin", issuer="tianfu-aba"), "issuer of another"),
        (with_settings("yibin", files_dir="var/cities/aba"), "files of another"),
        (with_settings("yibin", signer_socket="var/cities/aba/signer.sock"), "signer of another"),
        (with_settings("yibin", token_keys=SHARED_KEY), "one key"),
        (with_settings("yibin", public_url="https://elsewhere.example"), "no domain of its own"),
        (with_settings("yibin", secret_keys=""), "SECRET_KEYS"),
        (with_settings("yibin", database_url=""), "no database_url"),
        (with_settings("yibin", workers=4), "one for all cities"),
        (with_settings("yibin", nothing="x"), "no setting nothing"),
        (city("Yibin"), "small letters"),
        (city("yibin", domains=["yibin.example:8000"]), "without a port"),
        (city("yibin", domains=[]), "without a port"),
        (city("yibin", languages=["fr"]), "languages are some of"),
        (city("yibin", colour="red; } body { display: none"), "a colour reads"),
        (city("yibin", words={"en": {"no.such.text": "x"}}), "no text no.such.text"),
        (city("yibin", words={"en": {"platform.switch": "Go"}}), "must have the facts"),
        (city("yibin", brand={"en": "x"}), "name and brand"),
        (city("yibin", logo="missing.svg"), "there is no missing.svg"),
        (city("yibin", colours="x"), "unknown field"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_let_two_cities_meet_is_refused(
    tmp_path: Path, second: dict[str, Any], sentence: str
) -> None:
    first = with_settings("aba", code_keys=SHARED_KEY)
    with pytest.raises(SettingsError, match=sentence):
        load(tmp_path, first, second)


def test_a_key_for_all_cities_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="each city's own"):
        load(tmp_path, city("aba"), environ={"TIANFU_TOKEN_KEYS": SHARED_KEY})
    with pytest.raises(SettingsError, match="each city's own"):
        load(tmp_path, city("aba"), environ={"TIANFU_DATABASE_URL_FILE": "/run/secrets/database"})


def test_more_cities_than_one_process_serves_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"between 1 and {CITIES_MAX}"):
        load(tmp_path, *(city(f"c{number}") for number in range(CITIES_MAX + 1)))


def test_one_city_may_be_chosen_and_keeps_its_place(tmp_path: Path) -> None:
    (chosen,) = load(tmp_path, city("aba"), city("yibin"), environ={"CITY_OF_THE_COMMAND": "yibin"})
    assert (chosen.tenant.id, chosen.number) == ("yibin", 1)
    with pytest.raises(SettingsError, match="there are: aba, yibin"):
        load(tmp_path, city("aba"), city("yibin"), environ={"CITY_OF_THE_COMMAND": "nowhere"})


def test_the_demo_is_two_cities_with_keys_of_their_own() -> None:
    one, two = load_cities({"TIANFU_CITIES": "demo", "TIANFU_ENVIRONMENT": "demo"})
    assert one.settings.code_keys != two.settings.code_keys
    assert [each.url for each in one.tenant.neighbours] == ["http://mianyang.localhost:8000"]
    with pytest.raises(SettingsError):
        load_cities({"TIANFU_CITIES": "demo", "TIANFU_ENVIRONMENT": "production"})


def test_an_overlay_replaces_files_by_name_and_nothing_else(tmp_path: Path) -> None:
    own, into = tmp_path / "own", tmp_path / "into"
    own.mkdir()
    into.mkdir()
    (own / "levels.toml").write_text("x")
    compose(own, into)
    assert (into / "levels.toml").read_text() == "x"
    assert (into / "medals.toml").resolve() == DIRECTORY / "medals.toml"
    (own / "point_rules.toml").write_text("x")
    with pytest.raises(CatalogueError, match=r"no point_rules.toml"):
        compose(own, tmp_path)
