"""The shipped catalogue is whole, and a broken one is refused with the place and the reason."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest

from backend.catalogue import Catalogue, CatalogueError, load_catalogue
from backend.catalogue.loader import DIRECTORY
from backend.domain.catalogue.factors import PointRule

FILES = (
    "sources.toml",
    "factors.csv",
    "methods.toml",
    "cities.csv",
    "county_cities.csv",
    "city_aliases.csv",
    "city_ambiguities.toml",
    "regions.toml",
    "traditional.toml",
    "factor_sets.toml",
    "points_rules.toml",
    "guards.toml",
    "scenes.toml",
    "products.toml",
    "rail_distances.csv",
    "landmasses.toml",
    "retention.toml",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in FILES:
        shutil.copy(DIRECTORY / name, tmp_path / name)
    for name in ("policies", "criteria"):
        shutil.copytree(DIRECTORY / name, tmp_path / name)
    return tmp_path


def _replace(copy: Path, file: str, old: str, new: str) -> None:
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_unchanged_copy_is_the_same_catalogue(copy: Path, catalogue: Catalogue) -> None:
    assert load_catalogue(copy) == catalogue


BREAKS = [
    # a factor
    (
        "factors.csv",
        "rcees-2024,published,高铁（全过程）",
        ",published,高铁（全过程）",
        r"hsr-cn: has no source",
    ),
    (
        "factors.csv",
        "rcees-2024,published,高铁（全过程）",
        "nobody,published,高铁（全过程）",
        r"unknown source nobody",
    ),
    ("factors.csv", "hsr-cn,30.48", "hsr-cn,many", r"factors.csv: line \d+: hsr-cn: 'many' is not a decimal"),
    ("factors.csv", "hsr-cn,30.48", "hsr-cn,-30.48", r"hsr-cn: '-30.48' must be zero or more"),
    ("factors.csv", "hsr-cn,30.48", "hsr-cn,NaN", r"hsr-cn: 'NaN' must be zero or more"),
    ("factors.csv", "hsr-cn,30.48", "hsr-cn,Infinity", r"must be zero or more"),
    ("factors.csv", "hsr-cn,30.48,gCO2e/pkm", "hsr-cn,30.48,gCO2e/mile", r"'mile' is not a known unit"),
    (
        "factors.csv",
        "hsr-cn,30.48,gCO2e/pkm,CO2,",
        "hsr-cn,30.48,kWh/pkm,,",
        r"role hsr needs gCO2e/pkm, and hsr-cn is",
    ),
    ("factors.csv", "train-cn,30.48", "hsr-cn,30.48", r"line \d+: hsr-cn: duplicate id"),
    (
        "factors.csv",
        "published,高铁（全过程）",
        "guessed,高铁（全过程）",
        r"hsr-cn: Invalid enum value 'guessed'",
    ),
    ("factors.csv", "published,高铁（全过程）", "published,", r"hsr-cn: name must have zh-CN and en"),
    (
        "factors.csv",
        "product,assumption,证据系数 E1",
        "product,published,证据系数 E1",
        r"cannot be published",
    ),
    (
        "factors.csv",
        "china,2019,rcees-2024,published,高铁",
        "china,then,rcees-2024,published,高铁",
        r"line \d+: hsr",
    ),
    ("factors.csv", "id,value,unit", "id,number,unit", r"line 1: the columns must be"),
    ("factors.csv", "hsr-cn,30.48,gCO2e/pkm", "hsr-cn,30.48", r"line \d+: must have 11 columns"),
    (
        "factors.csv",
        "own-bag,5,gCO2e/bag",
        "own-bag,5,gCO2e/cup",
        r"own_bag with sichuan-2026.1: .* not gCO2e",
    ),
    (
        "factors.csv",
        "stop-driving-nev,250,gCO2e/day,CO2e",
        "stop-driving-nev,250,g/day,",
        r"stop_driving .* not gCO2e",
    ),
    ("factors.csv", "hsr-cn,30.48,gCO2e/pkm,CO2,", "hsr-cn,30.48,gCO2e/pkm,,", r"hsr-cn: an emission names"),
    ("factors.csv", "bev-energy,0.15,kWh/vkm,", "bev-energy,0.15,kWh/vkm,CO2", r"bev-energy: an emission"),
    (
        "factors.csv",
        "hsr-cn,30.48,gCO2e/pkm,CO2,",
        "hsr-cn,30.48,gCO2e/pkm,CH4,",
        r"Invalid enum value 'CH4'",
    ),
    # a landmass
    ("landmasses.toml", '"NZ"', '"XX"', r"cities.csv: line \d+: Auckland lies on no landmass"),
    ("landmasses.toml", 'countries = ["JP"]', 'countries = ["JP", "NZ"]', r"NZ is named twice"),
    (
        "landmasses.toml",
        'train_ferry_to = "eurasia_africa"',
        'train_ferry_to = "mu"',
        r"hainan: no landmass mu",
    ),
    # a source
    ("sources.toml", 'id = "desnz-2025"', 'id = "desnz-2024"', r"sources.toml: desnz-2024: duplicate id"),
    ("sources.toml", 'kind = "product"', 'kind = "rumour"', r"sources.toml: product: Invalid enum value"),
    ("sources.toml", "year = 2026\n", "", r"sources.toml: product: .*missing required field `year`"),
    # a factor set
    ("factor_sets.toml", 'hsr = "hsr-cn"', 'hsr = "maglev"', r"sichuan-2026.1: role hsr names .* maglev"),
    ("factor_sets.toml", 'hsr = "hsr-cn"\n', "", r"sichuan-2026.1: lacks the role hsr"),
    ("factor_sets.toml", 'own_bag = "own-bag"\n', "", r"own_bag with sichuan-2026.1: lacks the role own_bag"),
    ("factor_sets.toml", 'recycled_pet = "recycled-pet"\n', "", r"lacks the role recycled_pet"),
    ("factor_sets.toml", 'evidence_e4 = "evidence-e4"\n', "", r"lacks the role evidence_e4"),
    ("factor_sets.toml", 'grid_tianjin = "grid-tianjin-2022"\n', "", r"lacks the role grid_tianjin"),
    (
        "factor_sets.toml",
        'based_on = "sichuan-2026.1"',
        'based_on = "mars-1"',
        r"based_on names no earlier set",
    ),
    ("factor_sets.toml", 'default = "sichuan-2026.1"', 'default = "mars-1"', r"default names no set: mars-1"),
    ("factor_sets.toml", 'id = "china-2026.2"', 'id = "sichuan-2026.1"', r"sichuan-2026.1: duplicate id"),
    # a method
    ("methods.toml", 'source_ids = ["ant-forest-2021"]', "source_ids = []", r"stop_driving: has no source"),
    (
        "methods.toml",
        'source_ids = ["ant-forest-2021"]',
        'source_ids = ["x"]',
        r"stop_driving: unknown source x",
    ),
    ("methods.toml", 'zh-CN = "光盘", en = "Clean plate"', 'zh-CN = "光盘"', r"clean_plate: name must have"),
    ("methods.toml", 'en = "paper" }', 'en = "" }', r"recyclables: name must have zh-CN and en"),
    (
        "methods.toml",
        '"bus_saving * quantity"',
        '"bus_saving"',
        r"bus .*: 'bus_saving' gives gCO2e/pkm, not gCO2e",
    ),
    (
        "methods.toml",
        '"bus_saving * quantity"',
        '"bus_saving + quantity"',
        r"bus .* cannot add gCO2e/pkm and pkm",
    ),
    (
        "methods.toml",
        '"bus_saving * quantity"',
        '"print(quantity)"',
        r"bus .*Call is not part of this language",
    ),
    ("methods.toml", '"bus_ride_floor * quantity"', '"bus_saving * quantity"', r"bus .* not gCO2e"),
    ("methods.toml", 'code = "metro"', 'code = "bus"', r"methods.toml: bus: duplicate code"),
    ("methods.toml", "quantity_max = 100000", "quantity_maximum = 1", r"walk_steps: .*unknown field"),
    (
        "methods.toml",
        "quantity_max = 100000",
        "quantity_max = 0",
        r"walk_steps: quantity_max must be above zero",
    ),
    ("methods.toml", "fixed_points = 5", "fixed_points = 6", r"tree_planting: fixed points must be 1 to 5"),
    ("methods.toml", "fixed_points = 5\n", "", r"tree_planting: an act without grams needs fixed points"),
    ("methods.toml", 'per = "kind"', 'per = "mood"', r"learn: cap once_per_day must be above zero and per a"),
    (
        "methods.toml",
        'default = "2.5"',
        'default = "25"',
        r"carpool: parameter occupancy: the default 25 is not",
    ),
    (
        "methods.toml",
        'default = "mixed"',
        'default = "wood"',
        r"recyclables: parameter material: the default",
    ),
    (
        "methods.toml",
        'evidence_wanted = ["E2", "E5"]',
        "evidence_wanted = []",
        r"walk_steps: wants no evidence",
    ),
    ("methods.toml", "[[method]]", "[[method", r"methods.toml: .*line \d+"),
    ("methods.toml", 'default = "2.5"', 'default = "many"', r"occupancy: the default many is not allowed"),
    ("methods.toml", 'default = "2.5"', 'default = "NaN"', r"occupancy: the default NaN is not allowed"),
    ("factor_sets.toml", "[[factor_set]]", "[factor_set]", r"factor_sets.toml: "),
    ("points_rules.toml", "[[point_rule]]", "[point_rule]", r"must be written as \[\[point_rule\]\]"),
    # a place
    ("cities.csv", "绵阳,Mianyang", "成都,Mianyang", r"cities.csv: line \d+: duplicate name 成都"),
    ("cities.csv", "30.6598", "130.6598", r"cities.csv: line 2: Chengdu is not on the globe"),
    ("cities.csv", "30.6598", "north", r"cities.csv: line 2: could not convert"),
    ("cities.csv", "grid_sichuan", "grid_atlantis", r"lacks the role grid_atlantis"),
    # a rule for points
    ("points_rules.toml", 'source_id = "product"', 'source_id = "x"', r"points-2026.1: unknown source x"),
    ("points_rules.toml", "grams_per_point = 10", "grams_per_point = 0", r"at least 1 g per point"),
    ("points_rules.toml", "note.en", "note.fr", r"points-2026.1: note must have zh-CN and en"),
    # a kind of scene
    ("scenes.toml", '["own_bag", ', '["own_jet", ', r"scenes.toml: shop: there is no method own_jet"),
    (
        "scenes.toml",
        '["own_bag", ',
        '["own_cup", ',
        r"scenes.toml: shop: has no method, or one of them twice",
    ),
    ("scenes.toml", 'kind = "shop"', 'kind = "bar"', r"scenes.toml: the kinds must be restaurant, hotel"),
    ("scenes.toml", 'en = "Shop"', 'fr = "Magasin"', r"scenes.toml: shop: name must have zh-CN and en"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), BREAKS)
def test_a_broken_catalogue_is_refused_with_place_and_reason(
    copy: Path, file: str, old: str, new: str, said: str
) -> None:
    _replace(copy, file, old, new)
    with pytest.raises(CatalogueError, match=said):
        load_catalogue(copy)


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(copy: Path, file: str) -> None:
    (copy / file).unlink()
    with pytest.raises(CatalogueError, match=file):
        load_catalogue(copy)


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_not_utf_8_is_named(copy: Path, file: str) -> None:
    (copy / file).write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueError, match=file):
        load_catalogue(copy)


def test_a_ride_of_unknown_length_cannot_meet_a_cap_in_kilometres(copy: Path) -> None:
    text = (copy / "methods.toml").read_text(encoding="utf-8")
    head, bus = text.split('code = "bus"')
    bus = bus.replace('kind = "count"', 'kind = "quantity"', 1)
    (copy / "methods.toml").write_text(f'{head}code = "bus"{bus}', encoding="utf-8")
    with pytest.raises(CatalogueError, match="bus: a method with formula_silent"):
        load_catalogue(copy)


def test_published_values_name_a_source_outside_this_service(catalogue: Catalogue) -> None:
    for factor in catalogue.factors.values():
        source = catalogue.sources[factor.source_id]
        assert factor.source_kind != "published" or source.kind != "product"
        assert "ecalled" not in factor.note or factor.source_kind == "assumption", factor.id


def test_calculated_values_show_their_arithmetic(catalogue: Catalogue) -> None:
    for factor in catalogue.factors.values():
        assert factor.source_kind != "calculated" or factor.note, factor.id


def test_actions_keep_their_set_and_events_begin_with_todays(catalogue: Catalogue) -> None:
    assert sorted(catalogue.factor_sets) == [
        "china-2026.1",
        "china-2026.2",
        "sichuan-2026.1",
        "sichuan-2026.2",
    ]
    assert catalogue.default_factor_set == "sichuan-2026.1"
    assert catalogue.event_factor_set == "sichuan-2026.2"
    sets = catalogue.factor_sets
    assert sets["sichuan-2026.1"].factor("grid", catalogue.factors).value * 10_000 == 1404
    assert sets["china-2026.1"].factor("grid", catalogue.factors).id == "grid-national-2023"


def test_there_are_enough_places_to_come_from(catalogue: Catalogue) -> None:
    places = {city.name["en"]: city for city in catalogue.cities.values()}
    assert sum(city.country == "CN" for city in places.values()) >= 60
    assert sum(city.country != "CN" for city in places.values()) >= 25


def test_the_rule_of_a_day_is_the_last_one_in_force(catalogue: Catalogue) -> None:
    old = catalogue.point_rule
    new = PointRule("points-2027.1", date(2027, 1, 1), 20, 1, "product", old.note)
    both = msgspec.structs.replace(catalogue, point_rules={new.id: new, old.id: old})
    assert both.point_rule_on(date(2026, 12, 31)) is old
    assert both.point_rule_on(date(2027, 1, 1)) is new
    assert both.point_rule_on(date(2020, 1, 1)) is old
