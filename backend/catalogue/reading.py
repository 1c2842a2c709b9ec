"""Reads the catalogue's files into the domain's shapes. Every error names file and line or id."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from backend.domain.catalogue.city_names import Ambiguity, Cities, CityAlias, Region
from backend.domain.catalogue.factors import (
    City,
    Factor,
    FactorSet,
    HighSpeedRail,
    Landmass,
    Source,
    city_key,
)
from backend.domain.footprint.travel import rail_key

ENTRIES_MAX = 5000  # per file: a catalogue that grows beyond it belongs in a database

_FACTOR_COLUMNS = [
    "id",
    "value",
    "unit",
    "gas",
    "region",
    "year",
    "source_id",
    "source_kind",
    "name_zh",
    "name_en",
    "note",
]
_RAIL_COLUMNS = ["one_zh", "other_zh", "km", "source_id", "note"]
_CITY_COLUMNS = ["name_zh", "name_en", "country", "region", "grid_role", "lat", "lon"]
_COUNTY_CITY_COLUMNS = [
    "name_zh",
    "name_en",
    "region",
    "grid_role",
    "lat",
    "lon",
    "prefecture_zh",
    "gb_code",
    "source_id",
]
_ALIAS_COLUMNS = ["alias", "city_zh", "kind"]

T = TypeVar("T")
TPlaced = TypeVar("TPlaced", Landmass, HighSpeedRail)


class CatalogueError(ValueError):
    """The catalogue cannot be used: the sentence says which file and entry, and what is wrong with it.

    Of a version that an operator wants to publish, `pointer` leads to the field that is wrong; `code` is one of
    FIELD_ERROR_CODES, and `facts` are that code's.
    """

    def __init__(self, sentence: str, pointer: str = "", code: str = "not_together", **facts: object) -> None:
        super().__init__(sentence)
        self.pointer, self.code, self.facts = pointer, code, facts


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file with exact decimals. Raises `CatalogueError`: missing, not UTF-8, or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogueError(f"{path.name}: {error}") from error


def read_entries(path: Path, table: str, shape: type[T], key: str = "id") -> dict[str, T]:
    """The `[[table]]` entries of a TOML file by id, each converted to its shape."""
    return convert_entries(path.name, _tables(path, read_toml(path), table), shape, key)


def read_names(path: Path, name: str) -> tuple[str, ...]:
    """A list of names at the top of a TOML file."""
    try:
        return msgspec.convert(read_toml(path).get(name, []), tuple[str, ...])
    except msgspec.ValidationError as error:
        raise CatalogueError(f"{path.name}: {name}: {error}") from error


def _tables(path: Path, document: dict[str, Any], table: str) -> list[dict[str, Any]]:
    found = document.get(table, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise CatalogueError(f"{path.name}: {table} must be written as [[{table}]]")
    return found


def convert_entries(file: str, raw: list[dict[str, Any]], shape: type[T], key: str = "id") -> dict[str, T]:
    """The entries by id, each converted to its shape and checked for both languages."""
    entries: dict[str, T] = {}
    if not 0 < len(raw) <= ENTRIES_MAX:
        raise CatalogueError(f"{file}: holds {len(raw)} entries, not between 1 and {ENTRIES_MAX}")
    for number, item in enumerate(raw, start=1):
        name = item.get(key, f"entry {number}")
        try:
            entry = msgspec.convert(item, shape)
        except msgspec.ValidationError as error:
            raise CatalogueError(f"{file}: {name}: {error}") from error
        if name in entries:
            raise CatalogueError(f"{file}: {name}: duplicate {key}")
        check_languages(f"{file}: {name}", entry)
        entries[name] = entry
    return entries


def check_languages(where: str, entry: object) -> None:
    """Every text of an entry, nested entries included, is there in both languages and not empty."""
    fields = msgspec.structs.asdict(entry) if isinstance(entry, msgspec.Struct) else {}
    for name, value in fields.items():
        if isinstance(value, tuple):
            for item in value:
                check_languages(where, item)
        if isinstance(value, dict) and name not in ("roles", "speed_max_kmh", "ceilings"):
            missing = [language for language in ("zh-CN", "en") if not str(value.get(language, "")).strip()]
            if missing or len(value) != 2:
                raise CatalogueError(
                    f"{where}: {name} must have zh-CN and en, and has {sorted(value)}", f"/{name}", "missing"
                )


def _rows(path: Path, columns: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with its file and line. The header must name exactly the columns expected."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != columns:
                raise CatalogueError(f"{path.name}: line 1: the columns must be {', '.join(columns)}")
            for number, row in enumerate(reader):
                where = f"{path.name}: line {reader.line_num}"
                if number >= ENTRIES_MAX:
                    raise CatalogueError(f"{where}: more than {ENTRIES_MAX} rows")
                if None in row or None in row.values():
                    raise CatalogueError(f"{where}: must have {len(columns)} columns")
                yield where, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"{path.name}: {error}") from error


def read_factors(path: Path) -> dict[str, Factor]:
    """The factors by id. A value is a decimal of zero or more, written out."""
    factors: dict[str, Factor] = {}
    for where, row in _rows(path, _FACTOR_COLUMNS):
        if row["id"] in factors:
            raise CatalogueError(f"{where}: {row['id']}: duplicate id")
        where = f"{where}: {row['id']}"
        try:
            value = Decimal(row["value"])
        except InvalidOperation:
            raise CatalogueError(f"{where}: {row['value']!r} is not a decimal number") from None
        if not value.is_finite() or value < 0:
            raise CatalogueError(f"{where}: {row['value']!r} must be zero or more")
        fields: dict[str, Any] = {name: row[name] for name in _FACTOR_COLUMNS if not name.startswith("name_")}
        fields |= {"value": value, "name": {"zh-CN": row["name_zh"], "en": row["name_en"]}}
        try:
            fields["year"] = int(row["year"]) if row["year"] else None
            fields["gas"] = row["gas"] or None
            factor = msgspec.convert(fields, Factor)
        except ValueError as error:  # msgspec.ValidationError is one
            raise CatalogueError(f"{where}: {error}") from error
        check_languages(where, factor)
        factors[factor.id] = factor
    return factors


def read_landmasses(path: Path) -> dict[str, Landmass]:
    """The landmasses by city, by region and by country. Raises `CatalogueError`: one of them named twice."""
    landmasses = read_entries(path, "landmass", Landmass)
    for landmass in landmasses.values():
        for other in (landmass.train_ferry_to, landmass.car_ferry_to):
            if other and other not in landmasses:
                raise CatalogueError(f"{path.name}: {landmass.id}: no landmass {other}")
    return _by_place(path, landmasses.values())


def _by_place(path: Path, entries: Iterable[TPlaced]) -> dict[str, TPlaced]:
    places: dict[str, TPlaced] = {}
    for entry in entries:
        for place in entry.countries + entry.regions + entry.cities:
            if place in places:
                raise CatalogueError(f"{path.name}: {entry.id}: {place} is named twice")
            places[place] = entry
    return places


def read_cities(directory: Path, sources: Mapping[str, Source]) -> Cities:
    """The cities with all their names, from the files of a directory.

    Raises `CatalogueError`: two cities of one name, a city on no landmass, an alias of no city.
    """
    lands = read_landmasses(directory / "landmasses.toml")
    rails = _by_place(
        directory / "landmasses.toml",
        read_entries(directory / "landmasses.toml", "high_speed_rail", HighSpeedRail).values(),
    )
    rows = [
        (where, row | {"prefecture_zh": ""}) for where, row in _rows(directory / "cities.csv", _CITY_COLUMNS)
    ]
    below = list(_rows(directory / "county_cities.csv", _COUNTY_CITY_COLUMNS))
    for where, row in below:
        if row["source_id"] not in sources:
            raise CatalogueError(f"{where}: there is no source {row['source_id']}")
    known: dict[str, City] = {}
    for where, row in (*rows, *((where, row | {"country": "CN"}) for where, row in below)):
        city = _city(where, row, lands, rails)
        if city.prefecture and city.prefecture not in known:
            raise CatalogueError(f"{where}: there is no city {city.prefecture}")
        for name in city.name.values():
            if name in known:
                raise CatalogueError(f"{where}: duplicate name {name}")
            known[name] = city
    cities = tuple({city.name["zh-CN"]: city for city in known.values()}.values())
    regions = read_entries(directory / "regions.toml", "region", Region)
    for city in cities:
        if city.region not in regions:
            raise CatalogueError(f"regions.toml: {city.name['en']} lies in no region {city.region}")
    ambiguities = read_entries(directory / "city_ambiguities.toml", "ambiguity", Ambiguity)
    for each in ambiguities.values():
        for name in each.cities:
            if name not in known:
                raise CatalogueError(f"city_ambiguities.toml: {each.id}: there is no city {name}")
    return Cities(
        cities,
        aliases=_read_aliases(directory / "city_aliases.csv", known),
        regions=regions.values(),
        ambiguities=ambiguities.values(),
        traditional=read_toml(directory / "traditional.toml")["traditional"],
    )


def _city(
    where: str, row: Mapping[str, str], lands: Mapping[str, Landmass], rails: Mapping[str, HighSpeedRail]
) -> City:
    places = (row["name_zh"], row["region"], row["country"])
    land = next((lands[place] for place in places if place in lands), None)
    rail = next((rails[place].id for place in places if place in rails), "none")
    if land is None:
        raise CatalogueError(f"{where}: {row['name_en']} lies on no landmass")
    try:
        city = City(
            name={"zh-CN": row["name_zh"], "en": row["name_en"]},
            country=row["country"],
            region=row["region"],
            grid_role=row["grid_role"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            landmass=land.id,
            train_ferry_to=land.train_ferry_to,
            car_ferry_to=land.car_ferry_to,
            high_speed_rail="" if rail == "none" else rail,
            prefecture=row["prefecture_zh"],
            is_county_level="gb_code" in row,
        )
    except ValueError as error:
        raise CatalogueError(f"{where}: {error}") from error
    check_languages(where, city)
    if not (-90 <= city.lat <= 90 and -180 <= city.lon <= 180):
        raise CatalogueError(f"{where}: {row['name_en']} is not on the globe")
    return city


def _read_aliases(path: Path, known: Mapping[str, City]) -> list[CityAlias]:
    aliases: dict[str, CityAlias] = {}
    for where, row in _rows(path, _ALIAS_COLUMNS):
        if row["city_zh"] not in known:
            raise CatalogueError(f"{where}: there is no city {row['city_zh']}")
        if row["alias"] in aliases or row["alias"] in known:
            raise CatalogueError(f"{where}: duplicate name {row['alias']}")
        aliases[row["alias"]] = CityAlias(row["alias"], row["city_zh"])
    return list(aliases.values())


def read_rail_distances(
    path: Path, cities: Mapping[str, City], sources: Mapping[str, Source]
) -> dict[tuple[str, str], int]:
    """Kilometres of railway between two cities, by `rail_key` of their Chinese names."""
    lines: dict[tuple[str, str], int] = {}
    for where, row in _rows(path, _RAIL_COLUMNS):
        for name in (row["one_zh"], row["other_zh"]):
            if city_key(name) not in cities or cities[city_key(name)].name["zh-CN"] != name:
                raise CatalogueError(f"{where}: there is no city {name}")
        if row["source_id"] not in sources:
            raise CatalogueError(f"{where}: there is no source {row['source_id']}")
        if not row["km"].isdigit() or int(row["km"]) == 0:
            raise CatalogueError(f"{where}: {row['km']!r} is not a number of kilometres")
        key = rail_key(row["one_zh"], row["other_zh"])
        if key in lines or key[0] == key[1]:
            raise CatalogueError(f"{where}: duplicate line {row['one_zh']}–{row['other_zh']}")
        lines[key] = int(row["km"])
    return lines


def read_factor_sets(path: Path) -> tuple[str, str, dict[str, FactorSet]]:
    """The default sets' ids, of actions and of new events, and the sets by id.

    `based_on` names an earlier set of the same file.
    """
    document = read_toml(path)
    resolved: dict[str, dict[str, str]] = {}
    raw: list[dict[str, Any]] = []
    for item in _tables(path, document, "factor_set"):
        base = item.pop("based_on", None)
        if base is not None and base not in resolved:
            raise CatalogueError(f"{path.name}: {item.get('id')}: based_on names no earlier set: {base}")
        own = item.get("roles", {})
        if not isinstance(own, dict):
            raise CatalogueError(f"{path.name}: {item.get('id')}: roles must be a table")
        roles = (resolved[base] if base is not None else {}) | own
        resolved[str(item.get("id"))] = roles
        raw.append(item | {"roles": roles})
    sets = convert_entries(path.name, raw, FactorSet)
    defaults = [str(document.get(name)) for name in ("default", "default_for_events")]
    for default in defaults:
        if default not in sets:
            raise CatalogueError(f"{path.name}: default names no set: {default}")
    return defaults[0], defaults[1], sets
