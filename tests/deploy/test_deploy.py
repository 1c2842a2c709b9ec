"""The deployment files agree with the code, with one another, and with what they promise."""

from __future__ import annotations

import importlib
import ipaddress
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from backend.infrastructure import QUEUE_STOP_S_MAX
from backend.jobs.worker import PULSE_FILE, RELEASE_S_MAX
from backend.routes import ROUTES
from backend.routes.http.endpoint import Endpoint
from backend.settings import SETTINGS, Settings, load_settings
from backend.worker_assembly import WORKER_POOL_SIZE_MAX

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
ENV_EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
NGINX = (ROOT / "deploy/nginx.conf").read_text("utf-8")

every_service = pytest.mark.parametrize("name", sorted(SERVICES))
Block = dict[str, list[Any]]


def environment_names(service: str) -> set[str]:
    return set(SERVICES[service].get("environment", {}))


def seconds(duration: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", duration).groups()  # type: ignore[union-attr]
    return int(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]


def nginx_blocks(text: str) -> Block:
    """Directive → arguments, or (arguments, directives) of a block. ValueError on unbalanced braces."""
    tokens = re.findall(r"""#[^\n]*|'[^']*'|"[^"]*"|[{};]|(?:\\.|[^\s{};'"\\])+""", text)
    root: Block = {}
    stack = [root]
    words: list[str] = []
    for token in tokens:
        if token.startswith("#"):
            continue
        if token == "{":
            inner: Block = {}
            stack[-1].setdefault(words[0], []).append((words[1:], inner))
            stack.append(inner)
            words = []
        elif token == "}":
            if words or len(stack) == 1:
                raise ValueError(f"unexpected }} after {words}")
            stack.pop()
        elif token == ";":
            stack[-1].setdefault(words[0], []).append(words[1:])
            words = []
        else:
            words.append(token.strip("'\""))
    if words or len(stack) != 1:
        raise ValueError("a brace is not closed")
    return root


def tls_server() -> Block:
    (_, http), *others = nginx_blocks(NGINX)["http"]
    assert not others
    server: Block
    (server,) = [block for _, block in http["server"] if "ssl_certificate" in block]
    return server


def location(path: str) -> Block:
    """The block that nginx chooses: `=`, `^~` and regular expressions before the longest plain prefix."""
    found: list[tuple[int, int, Block]] = []
    for arguments, block in tls_server()["location"]:
        kind, pattern = arguments if len(arguments) == 2 else ("", arguments[0])
        if kind == "~" and re.search(pattern, path):
            found.append((1, 0, block))
        elif kind == "=" and path == pattern:
            found.append((3, 0, block))
        elif kind in ("", "^~") and path.startswith(pattern):
            found.append((2 if kind else 0, len(pattern), block))
    return max(found, key=lambda each: each[:2])[2]


# Images


def test_every_image_has_a_version() -> None:
    images = [s["image"] for s in SERVICES.values()]
    images += re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    for image in images:
        tag = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", image).rpartition(":")[2]
        assert re.match(r"\d+(\.\d+)*(-\w+)*$", tag), image


def test_our_image_runs_without_root_from_the_pinned_packages() -> None:
    final = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER (\d+):(\d+)$", final, re.M)
    assert "USER 0" not in final
    assert re.search(r"^HEALTHCHECK .*\n.*/livez", final, re.M)
    assert final.rstrip().endswith('CMD ["tianfu", "serve"]')
    assert "--requirement requirements.lock" in DOCKERFILE
    assert not re.search(r"\[(dev|embedded|dev,embedded)\]", DOCKERFILE)
    # The user of the image and of the containers must be one: the temporary file systems are made for it.
    assert (
        SERVICES["api"]["user"] == SERVICES["migrate"]["user"] == re.findall(r"^USER (\S+)", final, re.M)[0]
    )


def test_what_is_copied_into_the_image_is_let_through_and_nothing_else() -> None:
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    }
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
    assert {name for names in copied for name in names.split()} == let_through


def test_lock_pins_every_package_of_the_image_and_none_of_the_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[\[<>=!~; ]", r, maxsplit=1)[0].lower().replace("_", "-") for r in requirements}

    lines = [
        line.split("#")[0].strip() for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    ]
    pinned = [line for line in lines if line and not line.startswith("-")]
    assert all("==" in line for line in pinned)
    assert not any("://" in line for line in lines)
    assert names(project["dependencies"]) <= names(pinned)
    assert not names(pinned) & names(project["optional-dependencies"]["embedded"])


# Containers


@every_service
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "ipc"} & set(service)


@every_service
def test_every_container_that_stays_up_is_watched(name: str) -> None:
    health = SERVICES[name]["healthcheck"]
    assert health == {"disable": True} if name == "migrate" else health["test"]
    if name == "api":
        assert "/readyz" in " ".join(health["test"])


def test_migrating_is_a_step_of_its_own_and_alone_has_the_owners_role() -> None:
    assert SERVICES["migrate"]["command"] == ["tianfu", "migrate"]
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["api"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    holders = {n for n, s in SERVICES.items() if "owner_database_url" in s.get("secrets", [])}
    assert holders == {"migrate"}
    assert {n for n in SERVICES if any("OWNER" in e for e in environment_names(n))} == {"migrate"}
    assert "TIANFU_DATABASE_URL_FILE" in environment_names("api")


def test_only_the_proxy_is_reached_from_outside() -> None:
    assert {n for n, s in SERVICES.items() if "ports" in s} == {"nginx"}
    assert COMPOSE["networks"]["back"]["internal"] is True
    assert SERVICES["nginx"]["networks"] == ["front"]
    for name in ("postgres", "redis", "migrate"):
        assert SERVICES[name]["networks"] == ["back"]


def test_names_point_at_something() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES) - {name}
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in COMPOSE["volumes"], (
                volume
            )
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], variable
    assert {s for each in SERVICES.values() for s in each.get("secrets", [])} == set(COMPOSE["secrets"])


def test_worker_is_watched_by_the_file_that_it_touches() -> None:
    told = " ".join(SERVICES["worker"]["healthcheck"]["test"])
    folder = re.findall(r"TIANFU_VAR_DIR=(\S+)", DOCKERFILE)[0]
    assert f"{folder}/{PULSE_FILE}" in told
    # Cancelled jobs end and are given back, then the ledger's queue is emptied.
    assert seconds(SERVICES["worker"]["stop_grace_period"]) > RELEASE_S_MAX + QUEUE_STOP_S_MAX


# Secrets, settings and commands


def test_script_makes_every_secret_once_and_git_sees_none(tmp_path: Path) -> None:
    def make() -> dict[str, str]:
        subprocess.run(["sh", ROOT / "deploy/make-secrets.sh", tmp_path], check=True)
        return {file.name: file.read_text() for file in tmp_path.iterdir()}

    first = make()
    assert {f"./deploy/secrets/{name}" for name in first} == {s["file"] for s in COMPOSE["secrets"].values()}
    assert make() == first
    for folder in ("secrets", "certs"):
        assert "*" in (ROOT / "deploy" / folder / ".gitignore").read_text().splitlines()


def test_the_key_that_signed_so_far_is_kept_under_its_new_name(tmp_path: Path) -> None:
    (tmp_path / "log_keys").write_text("k1:seed-of-last-year\n")
    subprocess.run(["sh", ROOT / "deploy/make-secrets.sh", tmp_path], check=True)
    assert (tmp_path / "transparency_log_keys").read_text() == "k1:seed-of-last-year\n"
    assert not (tmp_path / "log_keys").exists()


@pytest.mark.parametrize("name", ["migrate", "api", "worker"])
def test_settings_accept_what_a_container_is_given(name: str, tmp_path: Path) -> None:
    subprocess.run(["sh", ROOT / "deploy/make-secrets.sh", tmp_path], check=True)
    given = dict(re.findall(r"(TIANFU_\w+)=(\S+)", DOCKERFILE))
    examples = dict(re.findall(r"^(\w+)=(.*)$", ENV_EXAMPLE, re.M))
    for variable, value in SERVICES[name]["environment"].items():
        value = re.sub(r"\$\{(\w+):[^}]*\}", lambda found: examples[found[1]], value)
        given[variable] = value.replace("/run/secrets", str(tmp_path))
    loaded = load_settings(given)
    assert loaded.environment == "production"
    assert "tianfu_app" in loaded.database_url
    assert ("tianfu_owner" in loaded.owner_database_url) == (name == "migrate")
    if name == "api":
        # The numbers that must agree across files.
        postgres = " ".join(SERVICES["postgres"]["command"])
        connections_max = int(re.findall(r"max_connections=(\d+)", postgres)[0])
        serving = loaded.workers * (loaded.pool_size_max + 1)
        assert serving + WORKER_POOL_SIZE_MAX + 1 <= connections_max * 0.8
        assert loaded.drain_s_max < seconds(SERVICES["api"]["stop_grace_period"])


def test_every_variable_is_a_setting() -> None:
    known = {s.env for s in SETTINGS} | {s.env + "_FILE" for s in SETTINGS if s.secret}
    named = set(re.findall(r"TIANFU_[A-Z][A-Z_]*[A-Z]", DOCKERFILE + ENV_EXAMPLE + str(COMPOSE)))
    assert named - {"TIANFU_<NAME>_FILE"} <= known
    secret = {s.env for s in SETTINGS if s.secret}
    # A secret in a variable would show in `docker inspect`.
    assert not secret & set().union(*map(environment_names, ("api", "migrate", "worker")))


def test_every_command_exists() -> None:
    cli = importlib.import_module("backend.cli")
    known = {c.name or c.callback.__name__.replace("_", "-") for c in cli.app.registered_commands}
    used = {s["command"][1] for s in SERVICES.values() if s.get("command", [""])[0] == "tianfu"}
    used |= set(re.findall(r'CMD \["tianfu", "(\w+)"', DOCKERFILE))
    assert used == {"migrate", "serve", "worker"}
    assert used <= known


@pytest.mark.parametrize("script", sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("deploy/**/*.sh")))
def test_script_is_one_that_any_shell_reads(script: str) -> None:
    subprocess.run(["sh", "-n", ROOT / script], check=True)


# The proxy


def test_braces_of_the_proxy_balance() -> None:
    nginx_blocks(NGINX)
    for broken in (NGINX + "}", NGINX.replace("}", "", 1)):
        with pytest.raises(ValueError, match=r"brace|unexpected"):
            nginx_blocks(broken)


def test_measurements_are_not_shown_outside() -> None:
    for path in ("/metrics", "/metrics/", "/metrics/x"):
        assert location(path)["return"] == [["404"]]
        assert "proxy_pass" not in location(path)


def test_live_stream_is_not_held_back() -> None:
    live = location("/v1/events/chengdu-open/live")
    assert live["proxy_buffering"] == [["off"]]
    assert live["gzip"] == [["off"]]
    assert seconds(live["proxy_read_timeout"][0][0]) >= 600
    assert live["proxy_pass"] == location("/v1/scans")["proxy_pass"]
    assert "proxy_buffering" not in location("/v1/events/chengdu-open")


def test_proxy_keeps_connections_and_limits_bodies_and_waits() -> None:
    http = nginx_blocks(NGINX)["http"][0][1]
    ((_, upstream),) = http["upstream"]
    assert int(upstream["keepalive"][0][0]) > 0
    assert http["proxy_http_version"] == [["1.1"]]
    assert ["Connection", ""] in http["proxy_set_header"]
    settings = Settings()
    assert seconds(http["proxy_read_timeout"][0][0]) * 1000 > settings.queue_wait_ms_max
    assert {"proxy_connect_timeout", "proxy_send_timeout"} <= set(http)


def body_bytes_max(endpoint: Endpoint) -> int:
    """What the service itself takes at most, as backend/routes/http/endpoint.py reads it."""
    settings = Settings()
    if endpoint.upload is not None:
        return int(getattr(settings, endpoint.upload.bytes_max))
    if endpoint.is_signed:
        return settings.partner_body_bytes_max
    return settings.body_bytes_max if endpoint.is_decoded else settings.import_bytes_max


@pytest.mark.parametrize("endpoint", [e for e in ROUTES if e.method != "GET"], ids=lambda e: e.route)
def test_proxy_takes_a_little_more_than_the_service_so_that_the_service_refuses(endpoint: Endpoint) -> None:
    block = location(re.sub(r"\{\w+\}", "x", endpoint.path))
    ((told,),) = block.get("client_max_body_size", nginx_blocks(NGINX)["http"][0][1]["client_max_body_size"])
    bytes_max = body_bytes_max(endpoint)
    assert int(told.removesuffix("k")) * 1024 == bytes_max + 64 * 1024
    # What the buffer does not hold would be written to the temporary space, all of it before a byte is passed on.
    assert (block.get("proxy_request_buffering") == [["off"]]) == (bytes_max > Settings().body_bytes_max)
    assert "proxy_pass" in block


def test_proxy_limits_nobody_by_address() -> None:
    """Forty thousand people come from a few addresses; the service knows whom it limits."""
    assert not re.search(r"\blimit_(req|conn)", NGINX)


def test_proxy_spools_no_answer() -> None:
    http = nginx_blocks(NGINX)["http"][0][1]
    assert http["proxy_max_temp_file_size"] == [["0"]]


def test_a_replaced_container_comes_back_at_the_address_that_the_proxy_knows() -> None:
    address = SERVICES["api"]["networks"]["front"]["ipv4_address"]
    assert SERVICES["nginx"]["extra_hosts"] == [f"api:{address}"]
    ((subnet,),) = [pool.values() for pool in COMPOSE["networks"]["front"]["ipam"]["config"]]
    assert ipaddress.ip_address(address) in ipaddress.ip_network(subnet)


def test_everything_is_encrypted_and_only_the_proxys_own_header_is_added() -> None:
    http = nginx_blocks(NGINX)["http"][0][1]
    (plain,) = [b for _, b in http["server"] if ["8080"] in b.get("listen", [])]
    assert plain["return"] == [["308", "https://$host$request_uri"]]
    server = tls_server()
    assert server["ssl_protocols"] == [["TLSv1.2", "TLSv1.3"]]
    assert [header[0] for header in server["add_header"]] == ["Strict-Transport-Security"]
    assert ["Strict-Transport-Security"] in server["proxy_hide_header"]
    for _, block in server["location"]:
        assert not ("proxy_pass" in block and "add_header" in block)
