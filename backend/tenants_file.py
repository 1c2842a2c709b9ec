"""Reads the file of cities (`TIANFU_CITIES`): who is served under which names, and each one's settings.

A city's settings are those of the environment with its own in their place. What keeps cities apart (database, Redis,
keys, public address) is the city's own always, and never the same for two of them.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import msgspec

from backend.key_checks import reused
from backend.setting_checks import DEMO_LOG_SEED
from backend.settings import DEMO_SECRET, PREFIX, SETTINGS, KeySetting, Settings, SettingsError, load_settings
from backend.tenant import Neighbour, Tenant
from backend.texts import LANGUAGES, facts_in, has_text, say, text_or_nothing, texts_naming

VARIABLE = f"{PREFIX}CITIES"
DEMO = "demo"
DEMO_FILE = Path(__file__).parent / "catalogue" / "demo_cities" / "cities.toml"
ADDRESSES = "EMBEDDED_SERVERS_OF_CITIES"
"""Where the program that runs embedded servers says to its processes how each city reaches them, as JSON."""
CHOSEN = "CITY_OF_THE_COMMAND"
"""Names the one city that a command is for to the processes that it starts."""
CITIES_MAX = 32
"""Of one process. More go to servers and clusters of their own (docs/cities.md)."""
POOL_SIZE_MIN = 2

KEYS = ("token_keys", "code_keys", "secret_keys")
OWN = ("database_url", "redis_url", *KEYS, "public_url")
"""What each city names itself, and no two alike."""
APART = (*OWN, "owner_database_url", "transparency_log_keys", "issuer", "audience", "signer_socket")
"""What may not be set for all cities at once."""
OF_PROCESS = ("environment", "cities", "host", "port", "workers", "trusted_proxies", "log_level", "drain_s_max",
              "workshop_dir")  # fmt: skip
"""What all cities of a process have in common."""
NOT_FOR_SERVERS = ("owner_database_url", "transparency_log_keys")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
ID_CHARS_MAX = 32


class CityEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One [[city]] of the file."""

    id: str
    domains: tuple[str, ...]
    name: dict[str, str]
    brand: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    colour: str = ""
    colour_dark: str = ""
    logo: str = ""
    languages: tuple[str, ...] = ()
    catalogue: str = ""
    settings: dict[str, str | int] = {}


class CitiesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    city: tuple[CityEntry, ...]


@dataclass(frozen=True, slots=True)
class ServedCity:
    """A city as a process serves it."""

    tenant: Tenant
    settings: Settings
    domains: tuple[str, ...]
    """Names of hosts, in small letters and without ports."""
    number: int = 0
    """Its place in the file, from 0."""
    home: Path = Path("var")
    """Where embedded servers live, for the cities that name none."""


def load_cities(environ: Mapping[str, str], *, is_server: bool = False) -> tuple[ServedCity, ...]:
    """The cities of the file that the environment names, in its order; none where it names none.

    A server process (`is_server`) reads neither the owner's address nor the keys of the logs. Raises SettingsError.
    """
    named = environ.get(VARIABLE, "")
    if not named:
        return ()
    path = DEMO_FILE if named == DEMO else Path(named)
    entries = _read(path)
    _check_together(entries)
    common = _common(environ)
    addresses = msgspec.json.decode(environ.get(ADDRESSES) or "{}")
    found = tuple(
        _served(_reached_at(entry, addresses), path.parent, common, number, len(entries), is_server)
        for number, entry in enumerate(entries)
    )
    _check_apart(found)
    return _chosen(_with_neighbours(found), environ.get(CHOSEN, ""))


def _chosen(cities: tuple[ServedCity, ...], city: str) -> tuple[ServedCity, ...]:
    chosen = tuple(each for each in cities if each.tenant.id == city or not city)
    if not chosen:
        known = ", ".join(each.tenant.id for each in cities)
        raise SettingsError(f"There is no city {city}; there are: {known}.")
    return chosen


def addresses_of(cities: Sequence[ServedCity]) -> dict[str, str]:
    """A variable for processes that are started: where each city's servers listen. No password is among it."""
    found = {
        city.tenant.id: {name: getattr(city.settings, name) for name in ("database_url", "redis_url")}
        for city in cities
    }
    return {ADDRESSES: msgspec.json.encode(found).decode()}


def _read(path: Path) -> tuple[CityEntry, ...]:
    try:
        document = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), CitiesFile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{VARIABLE}: {path.name}: {error}.") from None
    if not 1 <= len(document.city) <= CITIES_MAX:
        raise SettingsError(f"{VARIABLE} names {len(document.city)} cities, not between 1 and {CITIES_MAX}.")
    for entry in document.city:
        fault = _fault(entry)
        if fault is not None:
            raise SettingsError(f"{VARIABLE}: {entry.id}: {fault}.")
    return document.city


def _fault(entry: CityEntry) -> str | None:
    if not _ID.fullmatch(entry.id) or len(entry.id) > ID_CHARS_MAX:
        return f"an id is up to {ID_CHARS_MAX} small letters, digits and single hyphens"
    if not entry.domains or not all(_DOMAIN.fullmatch(domain) for domain in entry.domains):
        return "domains are names of hosts in small letters, without a port, one at least"
    for texts in (entry.name, *([entry.brand] if entry.brand else [])):
        if set(texts) != set(LANGUAGES) or not all(text.strip() for text in texts.values()):
            return f"name and brand are written in {' and '.join(LANGUAGES)}"
    if set(entry.languages) - set(LANGUAGES) or len(set(entry.languages)) < len(entry.languages):
        return f"languages are some of {', '.join(LANGUAGES)}, each once"
    for colour in (entry.colour, entry.colour_dark):
        if colour and not _COLOUR.fullmatch(colour):
            return f"a colour reads #rrggbb in small letters, not {colour!r}"
    return _fault_of_words(entry) or _fault_of_settings(entry)


def _fault_of_words(entry: CityEntry) -> str | None:
    for language, words in entry.words.items():
        if language not in LANGUAGES:
            return f"words: there is no language {language}"
        for key, text in words.items():
            if not has_text(key):
                return f"words: there is no text {key}"
            if facts_in(text) != facts_in(text_or_nothing(language, key)):
                return f"words: {key} must have the facts of the text that it replaces"
    return None


def _fault_of_settings(entry: CityEntry) -> str | None:
    secret = {each.name for each in SETTINGS if each.secret}
    known = {each.name for each in SETTINGS} | {f"{name}_file" for name in secret}
    for name in entry.settings:
        if name not in known:
            return f"there is no setting {name}"
        if name in OF_PROCESS:
            return f"{name} is one for all cities of a server, and stands in the environment"
    return None


def _check_together(entries: Sequence[CityEntry]) -> None:
    twice = _twice((entry.id, "the id " + entry.id) for entry in entries)
    twice = twice or _twice((domain, f"the domain {domain}") for entry in entries for domain in entry.domains)
    if twice:
        raise SettingsError(f"{VARIABLE}: two cities have {twice}.")


def _reached_at(entry: CityEntry, addresses: Mapping[str, dict[str, str]]) -> CityEntry:
    """The entry with where embedded servers listen for it, if they do."""
    found = addresses.get(entry.id, {})
    return msgspec.structs.replace(entry, settings=found | entry.settings)


def _served(
    entry: CityEntry, directory: Path, common: Mapping[str, str], number: int, cities: int, is_server: bool
) -> ServedCity:
    settings = _settings(entry, common, number, cities, is_server)
    words = {language: dict(entry.words.get(language, {})) for language in LANGUAGES}
    for language, brand in entry.brand.items():
        ours = say(language, "brand")
        named = {key: text.replace(ours, brand) for key, text in texts_naming(language, ours).items()}
        words[language] = named | words[language]
    tenant = Tenant(
        id=entry.id,
        name=entry.name,
        words=words if any(words.values()) else {},
        languages=entry.languages,
        colour=entry.colour,
        colour_dark=entry.colour_dark or entry.colour,
        logo=_file(directory, entry, entry.logo),
        catalogue=_file(directory, entry, entry.catalogue),
    )
    domains = entry.domains
    if settings.is_demo and number == 0:
        # As without the file: whoever shows the demo to phones names its address in the environment.
        domains = tuple(dict.fromkeys([*domains, urlsplit(settings.public_base).hostname or settings.host]))
    return ServedCity(tenant, settings, domains, number, Path(_common_to_all(common, "var_dir")))


def _file(directory: Path, entry: CityEntry, name: str) -> Path | None:
    if not name:
        return None
    path = directory / name
    if not path.exists():
        raise SettingsError(f"{VARIABLE}: {entry.id}: there is no {name} beside the file of cities.")
    return path


def _common(environ: Mapping[str, str]) -> dict[str, str]:
    """Our variables of the environment. Raises SettingsError for one that each city has to have of its own.

    In demo mode the first city is the one that a server has without a file, and such variables are its.
    """
    common = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
    if common.get(f"{PREFIX}ENVIRONMENT") != "demo":
        for variable in _apart(common):
            raise SettingsError(f"{variable} is each city's own, and stands in the file of cities.")
    return common


def _apart(common: Mapping[str, str]) -> list[str]:
    names = {PREFIX + name.upper() for name in APART}
    return [variable for variable in common if variable.removesuffix("_FILE") in names]


def _common_to_all(common: Mapping[str, str], name: str) -> str:
    return common.get(PREFIX + name.upper()) or str(getattr(Settings(), name))


def _settings(
    entry: CityEntry, common: Mapping[str, str], number: int, cities: int, is_server: bool
) -> Settings:
    is_first_of_demo = _common_to_all(common, "environment") == "demo" and number == 0
    if not is_first_of_demo:
        common = {name: value for name, value in common.items() if name not in _apart(common)}
    own = {PREFIX + name.upper(): str(value) for name, value in entry.settings.items()}
    common = {
        name: value
        for name, value in common.items()
        # A secret in a file takes the place of one in the environment, and the other way round.
        if not {name, name.removesuffix("_FILE"), f"{name}_FILE"} & own.keys()
    }
    for name in NOT_FOR_SERVERS if is_server else ():
        own = {key: value for key, value in own.items() if not key.startswith(PREFIX + name.upper())}
    defaults = dict(common) if is_first_of_demo else _defaults(entry, common, cities)
    if is_first_of_demo:
        defaults |= _shares(common, cities)
        defaults.setdefault(
            "TIANFU_PUBLIC_URL", f"http://{entry.domains[0]}:{_common_to_all(common, 'port')}"
        )
    try:
        base = load_settings(defaults | own)
    except SettingsError as error:
        raise SettingsError(f"{entry.id}: {error}") from None
    missing = [name for name in OWN if not getattr(base, name)]
    if missing and not base.is_demo:
        raise SettingsError(f"{VARIABLE}: {entry.id} has no {missing[0]} of its own.")
    return base


def _shares(common: Mapping[str, str], cities: int) -> dict[str, str]:
    """What cities share out or have in common on one machine: the pool of connections, the places of costly jobs."""
    files = _common_to_all(common, "files_dir") or _common_to_all(common, "var_dir")
    pool = _common_to_all(common, "pool_size_max")
    share = str(max(POOL_SIZE_MIN, int(pool) // cities)) if pool.isdecimal() else pool
    return {
        "TIANFU_WORKSHOP_DIR": _common_to_all(common, "workshop_dir") or files,
        "TIANFU_POOL_SIZE_MAX": share,
    }


def _defaults(entry: CityEntry, common: Mapping[str, str], cities: int) -> dict[str, str]:
    """What a city has where neither it nor the environment says otherwise: folders, names, its share of the pool.

    In demo mode also keys that everybody may reckon, and that are its own all the same.
    """
    var = _common_to_all(common, "var_dir")
    files = _common_to_all(common, "files_dir") or var
    found = dict(common) | _shares(common, cities)
    found |= {
        "TIANFU_VAR_DIR": str(Path(var) / "cities" / entry.id),
        "TIANFU_FILES_DIR": str(Path(files) / "cities" / entry.id),
        "TIANFU_ISSUER": f"{Settings().issuer}-{entry.id}",
        "TIANFU_AUDIENCE": f"{Settings().audience}-{entry.id}",
    }
    if _common_to_all(common, "environment") == "demo":
        letter = hashlib.sha256(entry.id.encode()).hexdigest()[0]
        seed = hashlib.sha256(base64.b64decode(DEMO_LOG_SEED) + entry.id.encode()).digest()
        found |= {
            "TIANFU_TOKEN_KEYS": f"demo:{DEMO_SECRET}-{entry.id}-tokens",
            "TIANFU_CODE_KEYS": f"{letter}:{DEMO_SECRET}-{entry.id}-codes",
            "TIANFU_SECRET_KEYS": f"demo:{DEMO_SECRET}-{entry.id}-secrets",
            "TIANFU_PUBLIC_URL": f"http://{entry.domains[0]}:{_common_to_all(common, 'port')}",
        }
        found["TIANFU_TRANSPARENCY_LOG_KEYS"] = f"demo:{base64.b64encode(seed).decode()}"
    return found


def _check_apart(cities: Sequence[ServedCity]) -> None:
    """Raises SettingsError where two cities would meet: in a database, a Redis, under a key, by an address."""
    reading: dict[str, Callable[[ServedCity], str]] = {
        "database": lambda each: _database(each.settings.database_url),
        "Redis": lambda each: _redis(each.settings.redis_url),
        "issuer": lambda each: each.settings.issuer,
        "audience": lambda each: each.settings.audience,
        "public_url": lambda each: each.settings.public_base if each.settings.public_url else "",
        "files": lambda each: str(Path(each.settings.files_dir or each.settings.var_dir).absolute()),
        "signer": lambda each: str(each.settings.signer_path.absolute()),
    }
    for what, read in reading.items():
        twice = _twice((read(each), each.tenant.id) for each in cities if read(each))
        if twice:
            raise SettingsError(f"{VARIABLE}: {twice} has the {what} of another city.")
    for one in cities:
        host = urlsplit(one.settings.public_base).hostname
        if one.settings.public_url and host not in one.domains:
            raise SettingsError(f"{VARIABLE}: {one.tenant.id}: its public_url leads to no domain of its own.")
    shared = reused((each.tenant.id, _keys(each)) for each in cities)
    if shared is not None:
        raise SettingsError(f"{VARIABLE}: {shared[0]} and {shared[1]} have one key: each city needs its own.")


def _keys(city: ServedCity) -> dict[str, bytes]:
    """Every key of a city, by what it is for and its id."""
    kinds: tuple[KeySetting, ...] = get_args(KeySetting)
    named = [kind for kind in kinds if getattr(city.settings, kind)]
    by_secret = {
        secret: f"{kind} {key}" for kind in named for key, secret in city.settings.keys(kind).items()
    }
    # The demo's own city has one secret for everything.
    return {name: secret for secret, name in by_secret.items()}


def _database(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or parts.query}:{parts.port or 5432}{parts.path}" if url else ""


def _redis(url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    number = re.search(r"\bdb=(\d+)", parts.query)
    if parts.scheme == "unix":
        return f"{parts.path}#{number[1] if number else 0}"
    path = parts.path.strip("/")
    return f"{parts.hostname}:{parts.port or 6379}#{number[1] if number else path or 0}"


def _twice(named: Iterable[tuple[str, str]]) -> str:
    """The second name of what comes twice; empty where nothing does."""
    seen: set[str] = set()
    for value, name in named:
        if value in seen:
            return name
        seen.add(value)
    return ""


def _with_neighbours(cities: Sequence[ServedCity]) -> tuple[ServedCity, ...]:
    """In demo mode each home page leads to the other cities."""
    return tuple(
        replace(
            each,
            tenant=replace(
                each.tenant,
                neighbours=tuple(
                    Neighbour(other.tenant.name, other.settings.public_base)
                    for other in cities
                    if other is not each and each.settings.is_demo
                ),
            ),
        )
        for each in cities
    )
