"""Every setting: an environment variable `TIANFU_<NAME>`, its type, default, unit and meaning.

The table in the README is made from this module, and a test compares the two.
A secret may also be read from a file that `TIANFU_<NAME>_FILE` names.
A setting that was renamed is read under its old name too, for one version.
"""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from backend.key_checks import reused, weakness
from backend.setting_checks import (
    DEMO_FEED_SEED,
    DEMO_LOG_SEED,
    bucket_fault,
    codes_fault,
    feed_fault,
    seeds_fault,
)
from backend.setting_texts import PREFIX as PREFIX
from backend.setting_texts import WECHAT_TEMPLATES as WECHAT_TEMPLATES
from backend.setting_texts import SettingsError as SettingsError
from backend.setting_texts import parse_keys, parse_networks, parse_templates
from backend.ways_in_checks import fault_of_ways_in

DEMO_SECRET = "demo-secret-that-everybody-knows-0123456789"  # noqa: S105 - refused outside demo mode
SECRET_BYTES_MIN = 32
LIVES_MAX: Final = {"access_token_s": 1800, "refresh_token_days": 90}
"""The longest lives outside demo mode."""

RENAMED = {"TIANFU_LOG_KEYS": "TIANFU_TRANSPARENCY_LOG_KEYS"}
"""Old variable → the one that took its place. The old one goes with the next version."""

Environment = Literal["production", "demo"]
KeySetting = Literal[
    "token_keys",
    "code_keys",
    "secret_keys",
    "transparency_log_keys",
    "credit_feed_keys",
    "credit_feed_readers",
]
DEMO_SEEDS: Final = {"transparency_log_keys": DEMO_LOG_SEED, "credit_feed_keys": DEMO_FEED_SEED}
"""Keys that are Ed25519 seeds in base64, with the one of demo mode."""


def _setting(default: Any, help_text: str, *, unit: str = "", secret: bool = False) -> Any:
    # A secret is not shown when settings are: a log line or a traceback would keep it.
    return field(
        default=default, repr=not secret, metadata={"help": help_text, "unit": unit, "secret": secret}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    environment: Environment = _setting(
        "production",
        "demo: demo sign-ins and the demo event exist, default secrets are allowed, one operator enters credits",
    )
    cities: str = _setting(
        "",
        "file of the cities that one server serves (docs/cities.md); `demo`: the demo's two; empty: one city",
    )
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on")
    workers: int = _setting(2, "server processes", unit="processes")
    public_url: str = _setting(
        "", "start of every address printed into a QR code; default http://HOST:PORT in demo mode"
    )
    operator_name: str = _setting(
        "", "who runs the service and answers for its data, as the privacy page names them"
    )
    privacy_contact: str = _setting("", "where people write to about their data, beside the complaints page")
    database_url: str = _setting(
        "", "PostgreSQL of the application's role; empty: the embedded server", secret=True
    )
    owner_database_url: str = _setting(
        "", "PostgreSQL of the owner's role, used by `tianfu migrate` alone; empty: database_url", secret=True
    )
    redis_url: str = _setting("", "Redis; empty: the embedded server", secret=True)
    var_dir: str = _setting("var", "where the embedded servers and run-time files live")
    files_dir: str = _setting(
        "", "where photos and documents are kept, shared by server processes and worker; empty: var_dir"
    )
    pool_size_max: int = _setting(
        8, "connections to PostgreSQL per server process besides the writer's one", unit="connections"
    )
    token_keys: str = _setting(
        f"demo:{DEMO_SECRET}",
        "HS256 keys of access tokens as KID:SECRET,… ; the first signs, all verify",
        secret=True,
    )
    code_keys: str = _setting(
        f"d:{DEMO_SECRET}",
        "keys of QR codes as K:SECRET,… with K one letter or digit; the first signs, all verify",
        secret=True,
    )
    secret_keys: str = _setting(
        f"demo:{DEMO_SECRET}",
        "keys that encrypt what is kept secret at rest as KID:SECRET,… ; the first encrypts, all decrypt",
        secret=True,
    )
    transparency_log_keys: str = _setting(
        "",
        "Ed25519 keys of certificates and of the log as KID:SEED,… with SEED 32 bytes in base64, for the worker "
        "alone; the first signs; empty in demo mode: one that everybody knows",
        secret=True,
    )
    signer_socket: str = _setting(
        "", "Unix socket where the worker signs certificates for server processes; empty: under var_dir"
    )
    issuer: str = _setting("tianfu", "`iss` of access tokens")
    audience: str = _setting("tianfu-api", "`aud` of access tokens")
    guests: Literal["on", "off"] = _setting(
        "on", "whether whoever holds a badge may join with it without an account"
    )
    drawing_priority: Literal["last", "equal"] = _setting(
        "last",
        "when papers are drawn and photos read: when nobody else wants the processor, or like a server process",
    )
    access_token_s: int = _setting(1200, "life of an access token", unit="s")
    refresh_token_days: int = _setting(30, "life of a refresh token", unit="days")
    queue_length_max: int = _setting(
        8192, "commands that may wait for the writer of one process; one more gets 503", unit="commands"
    )
    queue_per_citizen_max: int = _setting(
        256, "commands of one citizen that may wait at once; one more gets 429", unit="commands"
    )
    batch_size_max: int = _setting(512, "commands in one transaction", unit="commands")
    queue_wait_ms_max: int = _setting(
        5000, "a command that waited longer is refused with 503 instead of written late", unit="ms"
    )
    drain_s_max: int = _setting(20, "after SIGTERM, time to finish what was accepted", unit="s")
    body_bytes_max: int = _setting(65_536, "largest request body", unit="bytes")
    import_bytes_max: int = _setting(2_097_152, "largest table file of an import", unit="bytes")
    badge_import_bytes_max: int = _setting(
        16_777_216, "largest table file of an event's badges", unit="bytes"
    )
    photo_bytes_max: int = _setting(4_194_304, "largest photo sent as evidence", unit="bytes")
    document_bytes_max: int = _setting(20_971_520, "largest document of an event", unit="bytes")
    content_s3_endpoint: str = _setting(
        "", "S3-compatible service that keeps documents, as https://HOST; empty: a folder under files_dir"
    )
    content_s3_bucket: str = _setting("", "bucket of the documents")
    content_s3_region: str = _setting("us-east-1", "region that requests to the bucket are signed for")
    content_s3_key_id: str = _setting("", "access key of the bucket", secret=True)
    content_s3_secret: str = _setting("", "secret key of the bucket", secret=True)
    workshop_dir: str = _setting(
        "",
        "where server processes of one machine agree how many costly jobs run at once; empty: under files_dir",
    )
    photo_days_max: int = _setting(90, "how long a photo is kept", unit="days")
    photos_per_day_max: int = _setting(20, "photos one citizen may send in a day", unit="photos")
    device_citizens_max: int = _setting(
        5, "citizens one device may log actions for in a day before a person looks", unit="citizens"
    )
    unnamed_device_citizens_max: int = _setting(
        5000,
        "citizens that may log actions in a day without naming a device before a person looks at the further ones",
        unit="citizens",
    )
    same_quantity_max: int = _setting(
        20,
        "days of a month on which a citizen may declare one quantity on their own word, and citizens that may declare "
        "one exact quantity in a day, before a person looks",
        unit="days, citizens",
    )
    fresh_accounts_max: int = _setting(
        200,
        "accounts younger than a week that may act at one scene or device within an hour before a person looks",
        unit="accounts",
    )
    partner_fresh_accounts_max: int = _setting(
        20_000,
        "accounts younger than a week that one partner may report within an hour before a person looks",
        unit="accounts",
    )
    partner_body_bytes_max: int = _setting(
        1_048_576, "largest body of a partner's signed request", unit="bytes"
    )
    partner_requests_max: int = _setting(
        4, "partners' reports under way at once in one process; one more gets 503", unit="requests"
    )
    waiting_days_max: int = _setting(
        30, "how long a partner's report of somebody not yet bound is kept", unit="days"
    )
    redis_timeout_ms: int = _setting(250, "longest wait for Redis on any request", unit="ms")
    live_interval_ms: int = _setting(250, "shortest time between two pictures of a live stream", unit="ms")
    live_streams_max: int = _setting(2000, "live streams open at once in one process", unit="streams")
    reconcile_s: int = _setting(30, "time between two comparisons of Redis with PostgreSQL", unit="s")
    sign_in_failures_max: int = _setting(
        10, "failed staff sign-ins per account and source within 5 minutes before it waits", unit="sign-ins"
    )
    trusted_proxies: str = _setting(
        "",
        "networks of proxies whose X-Forwarded-For is believed, as 10.0.0.0/8,… ; empty: the connection's address",
    )
    staff_session_h: int = _setting(
        12, "after so long a staff session is refreshed no more and signs in again", unit="hours"
    )
    wechat_base_url: str = _setting("https://api.weixin.qq.com", "WeChat's server interface")
    wechat_appid: str = _setting("", "mini-program's AppID; empty: the provider is off")
    wechat_secret: str = _setting("", "mini-program's AppSecret", secret=True)
    wechat_web_base_url: str = _setting(
        "https://api.weixin.qq.com", "WeChat's server interface for the official account"
    )
    wechat_web_authorize_url: str = _setting(
        "https://open.weixin.qq.com/connect/oauth2/authorize", "WeChat's page where its browser signs in"
    )
    wechat_web_appid: str = _setting(
        "", "official account's AppID, for sign-in in WeChat's browser; empty: that way is off"
    )
    wechat_web_secret: str = _setting("", "official account's AppSecret", secret=True)
    oidc_issuer: str = _setting(
        "", "issuer of the city's identity by OpenID Connect, as https://id.example; empty: that way is off"
    )
    oidc_client_id: str = _setting("", "our client id at that issuer")
    oidc_client_secret: str = _setting("", "our client secret there; empty: a public client", secret=True)
    oidc_name_zh: str = _setting("", "what pages call that identity in Chinese; empty: the city's identity")
    oidc_name_en: str = _setting("", "what pages call that identity in English; empty: the city's identity")
    wechat_page: str = _setting(
        "", "mini-program's page that a badge's mini-program code opens; empty: its main page"
    )
    wechat_templates: str = _setting(
        "", "ids of WeChat's message templates as NAME:ID,… ; one that is not named is not sent"
    )
    smtp_url: str = _setting(
        "",
        "mail server for sign-in codes, as smtps://USER:PASSWORD@HOST:465 or smtp://…:587 (STARTTLS); empty: no e-mail",
        secret=True,
    )
    mail_from: str = _setting("", "sender of mails, as NAME <ADDRESS>")
    sms_hook_url: str = _setting(
        "", "https address that sends sign-in codes to phones (docs/sign-in.md); empty: no phone"
    )
    sms_hook_secret: str = _setting("", "secret that requests to it are signed with", secret=True)
    sms_country_codes: str = _setting(
        "+86", "countries whose phone numbers get codes, as +86,+852,… ; empty: all"
    )
    sign_in_codes_max: int = _setting(
        3000, "sign-in codes sent in an hour by e-mail, and as many to phones", unit="codes"
    )
    credit_feed_keys: str = _setting(
        "",
        "Ed25519 keys of the feed to Tianfu Credit as KID:SEED,… with SEED 32 bytes in base64; the first signs; empty: "
        "no feed, in demo mode one that everybody knows",
        secret=True,
    )
    credit_feed_readers: str = _setting(
        "", "tokens of machines that may read the feed beside regulators, as NAME:TOKEN,…", secret=True
    )
    credit_feed_url: str = _setting("", "https address that new pages of the feed are posted to; empty: none")
    city: str = _setting(
        "Chengdu", "city of this server's citizens, as the catalogue names it; features open by city"
    )
    log_level: Literal["debug", "info", "warning", "error"] = _setting("info", "least level that is logged")

    @property
    def is_demo(self) -> bool:
        return self.environment == "demo"

    @property
    def public_base(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def trusted_networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Where proxies connect from that say truly whom they speak for."""
        return parse_networks(self.trusted_proxies)

    @property
    def photo_dir(self) -> Path:
        """Where photos lie; all server processes and the worker share it."""
        return Path(self.files_dir or self.var_dir) / "photos"

    @property
    def content_dir(self) -> Path:
        """Where documents lie by their content; all server processes and the worker share it."""
        return Path(self.files_dir or self.var_dir) / "content"

    @property
    def drawn_dir(self) -> Path:
        """Where certificates and sheets that were drawn are kept for a while."""
        return Path(self.files_dir or self.var_dir) / "drawn"

    @property
    def places_dir(self) -> Path:
        """Where server processes of one machine agree how many costly jobs are done at once."""
        return Path(self.workshop_dir or self.files_dir or self.var_dir) / "workshop-places"

    @property
    def mini_code_dir(self) -> Path:
        """Where mini-program codes that WeChat drew are kept."""
        return Path(self.files_dir or self.var_dir) / "mini-codes"

    def keys(self, name: KeySetting) -> dict[str, bytes]:
        """Key id → secret bytes, in the order given: the first one signs."""
        text = getattr(self, name)
        if name in DEMO_SEEDS and not text and self.is_demo:
            text = f"demo:{DEMO_SEEDS[name]}"
        if name.startswith("credit_feed") and not text:
            return {}
        return parse_keys(PREFIX + name.upper(), text)

    @property
    def signer_path(self) -> Path:
        """Where the signer answers."""
        return Path(self.signer_socket or Path(self.var_dir) / "signer.sock")

    @property
    def country_codes(self) -> tuple[str, ...]:
        """Countries whose phone numbers get codes; none at all: every country."""
        return tuple(filter(None, (each.strip() for each in self.sms_country_codes.split(","))))

    @property
    def template_ids(self) -> dict[str, str]:
        """Name of a message template → its id at WeChat."""
        return parse_templates(self.wechat_templates)


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """One row of the settings table."""

    name: str
    env: str
    type: str
    default: str
    unit: str
    help: str
    secret: bool


def _doc(f: Any) -> SettingDoc:
    shown = "(demo only)" if f.metadata["secret"] and f.default else f.default
    kind = f.type if "Literal" not in str(f.type) else "choice"
    return SettingDoc(
        name=f.name,
        env=PREFIX + f.name.upper(),
        type=str(kind) if kind != "Environment" else "choice",
        default=str(shown),
        unit=f.metadata["unit"],
        help=f.metadata["help"],
        secret=f.metadata["secret"],
    )


SETTINGS: tuple[SettingDoc, ...] = tuple(_doc(f) for f in fields(Settings))


def load_settings(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment; `overrides` win over it.

    Raises SettingsError for an unknown variable with our prefix, a value of the wrong kind,
    and outside demo mode for a secret that is missing, short or the default one.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    known = {s.env for s in SETTINGS} | {s.env + "_FILE" for s in SETTINGS if s.secret}
    known |= _renamed_variables().keys()
    for variable in environ:
        if variable.startswith(PREFIX) and variable not in known:
            raise SettingsError(f"{variable} is not a setting; the README lists them.")
    for f in fields(Settings):
        env = PREFIX + f.name.upper()
        text = _read_renamed(environ, env, _read_variable(environ, env, is_secret=f.metadata["secret"]))
        if text is not None:
            values[f.name] = _convert(env, f, text)
    settings = Settings(**(values | overrides))
    _check(settings)
    return settings


def outdated_variables(environ: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Variables of this environment that go by an old name, each with its new one."""
    environ = os.environ if environ is None else environ
    return [(old, new) for old, new in _renamed_variables().items() if environ.get(old)]


def _renamed_variables() -> dict[str, str]:
    secret = {s.env for s in SETTINGS if s.secret}
    return RENAMED | {f"{old}_FILE": f"{new}_FILE" for old, new in RENAMED.items() if new in secret}


def _read_variable(environ: Mapping[str, str], env: str, *, is_secret: bool) -> str | None:
    """What the variable says, or the file that its `_FILE` names; None when it is not set."""
    text = environ.get(env)
    if is_secret and environ.get(env + "_FILE"):
        if text:
            raise SettingsError(f"{env} and {env}_FILE are both set; set one of them.")
        try:
            return Path(environ[env + "_FILE"]).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{env}_FILE cannot be read: {error.strerror}.") from None
    return text


def _read_renamed(environ: Mapping[str, str], env: str, text: str | None) -> str | None:
    """The setting's text, or the one under its old name; an empty old one says nothing."""
    is_secret = any(setting.env == env and setting.secret for setting in SETTINGS)
    for old in (old for old, new in RENAMED.items() if new == env):
        former = _read_variable(environ, old, is_secret=is_secret)
        if not former:
            continue
        if text is not None and text != former:
            raise SettingsError(
                f"{old} is the old name of {env}, and the two are set to different values; remove {old}."
            )
        text = former
    return text


def _convert(env: str, f: Any, text: str) -> Any:
    if f.type == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{env} must be a whole number, not {text!r}.") from None
    choices = get_args(Environment) if f.name == "environment" else ()
    choices = ("debug", "info", "warning", "error") if f.name == "log_level" else choices
    choices = {"guests": ("on", "off"), "drawing_priority": ("last", "equal")}.get(f.name, choices)
    if choices and text not in choices:
        raise SettingsError(f"{env} must be one of {', '.join(choices)}, not {text!r}.")
    return text


def _check(settings: Settings) -> None:
    for f in fields(Settings):
        value = getattr(settings, f.name)
        if f.type == "int" and value < 1:
            raise SettingsError(f"{PREFIX}{f.name.upper()} must be at least 1, not {value}.")
        assert f.default is not MISSING
    for name in ("token_keys", "code_keys", "secret_keys"):
        for secret in parse_keys(PREFIX + name.upper(), getattr(settings, name)).values():
            if settings.is_demo:
                continue
            if secret == DEMO_SECRET.encode():
                raise SettingsError(
                    f"{PREFIX}{name.upper()} still holds the default secret, which is refused "
                    f"outside demo mode. Set it, or set {PREFIX}ENVIRONMENT=demo."
                )
            if len(secret) < SECRET_BYTES_MIN:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} has a secret shorter than {SECRET_BYTES_MIN} bytes."
                )
    for key_id in parse_keys(PREFIX + "CODE_KEYS", settings.code_keys):
        if len(key_id) != 1:
            raise SettingsError(f"{PREFIX}CODE_KEYS takes key ids of one character, not {key_id!r}.")
    for name, demo_seed in DEMO_SEEDS.items():
        fault = seeds_fault(settings, PREFIX, name, demo_seed)
        if fault is not None:
            raise SettingsError(fault)
    if not settings.is_demo:
        _check_for_production(settings)
    parse_templates(settings.wechat_templates)
    parse_networks(settings.trusted_proxies)
    fault = (
        bucket_fault(settings, PREFIX)
        or codes_fault(settings, PREFIX)
        or feed_fault(settings, PREFIX)
        or fault_of_ways_in(PREFIX, lambda name: str(getattr(settings, name)))
    )
    if fault is not None:
        raise SettingsError(fault)


def _check_for_production(settings: Settings) -> None:
    """Raises SettingsError for what is guessed too easily, used twice, sent in clear or valid for too long."""
    public = urlsplit(settings.public_url)
    is_here = public.scheme == "http" and public.hostname in ("127.0.0.1", "::1", "localhost")
    if settings.public_url and public.scheme != "https" and not is_here:
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL must begin with https://: tokens and codes would be sent in clear."
        )
    kinds: list[KeySetting] = [name for name in get_args(KeySetting) if getattr(settings, name)]
    for name in kinds:
        for key_id, secret in settings.keys(name).items():
            found = weakness(b64decode(secret) if name in DEMO_SEEDS else secret)
            if found is not None:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} has a key, {key_id}, that {found}: draw one at random."
                )
    twice = reused((name.upper(), settings.keys(name)) for name in kinds)
    if twice is not None:
        raise SettingsError(
            f"{PREFIX}{twice[0]} and {PREFIX}{twice[1]} are one key: each thing needs its own."
        )
    for life, most in LIVES_MAX.items():
        if getattr(settings, life) > most:
            raise SettingsError(
                f"{PREFIX}{life.upper()} must be {most} at most: what leaks is good for so long."
            )
