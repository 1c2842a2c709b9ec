"""Cities by every spelling that people use, and never a guess between two of them."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalogue import Catalogue, CatalogueError, load_catalogue
from backend.catalogue.loader import DIRECTORY
from backend.catalogue.reading import read_entries, read_toml
from backend.domain.catalogue.city_names import Region, letters_apart
from backend.domain.catalogue.factors import find_city
from backend.domain.catalogue.refusals import CityAmbiguous, UnknownCity, suggested
from backend.services.events.cities import find_cities
from tests.catalogue.test_loader import _replace, copy
from tests.shipped import shipped_catalogue

__all__ = ["copy"]

CITIES = shipped_catalogue().cities
SPELLINGS = sorted((name, city.name["zh-CN"]) for city in CITIES.all for name in city.name.values())


def chosen(name: str) -> str:
    return CITIES.choose(name).name["zh-CN"]


@pytest.mark.parametrize(
    ("city", "spellings"),
    [
        (
            "西安",
            "Xi'an|Xian|Xi’an|Xi‘an|xi an|XI AN|Xī'ān|Xīān|ｘｉ＇ａｎ|西安市|陕西西安|陝西省西安市|Sian",
        ),
        (
            "成都",
            "四川成都|四川省成都市|成都市武侯区|成都市武侯區|成都武侯区|Chengdu, China",
        ),
        (
            "成都",
            "中国四川省成都市武侯区|Chengdu City|Chéngdū|Wuhou District, Chengdu|成都，四川|成\u200b都",
        ),
        ("台北", "臺北|臺北市|台北市|Taipei|Taibei|中国台湾台北"),
        ("广州", "廣州|廣州市|广东广州|廣東省廣州市|Canton|guang zhou|Guǎngzhōu"),
        ("拉萨", "西藏 拉薩|西藏拉萨|西藏自治区拉萨市|Lhasa|Lasa"),
        ("吕梁", "Lüliang|Lvliang|Lyuliang|LÜLIANG|lǚliáng|呂梁"),
        ("北京", "Peking|Beijing, China|北京市朝阳区|北京朝阳|Běijīng"),
        ("重庆", "Chungking|重慶|重庆市万州区|Chóngqìng"),
        ("香港", "Hong Kong|Hongkong|hong-kong|Xianggang|香港特别行政区|香港特別行政區|HK"),
        ("乌鲁木齐", "Ürümqi|Urumqi|Wulumuqi|烏魯木齊|新疆乌鲁木齐"),
        ("呼和浩特", "Hohhot|Huhehaote|內蒙古呼和浩特|内蒙古自治区呼和浩特市"),
        ("哈尔滨", "Harbin|哈爾濱|Haerbin"),
        ("都江堰", "都江堰市|四川省成都市都江堰市|成都都江堰|Dujiangyan, Chengdu|Dujiangyan"),
        ("马尔康", "阿坝州|阿坝藏族羌族自治州|阿壩|Barkam"),
        ("宿州", "Suzhou, Anhui|安徽宿州|Suzhou (Anhui)"),
        ("苏州", "Suzhou Jiangsu|江苏苏州|蘇州|Soochow"),
        ("吉林市", "吉林省吉林市|吉林市|Jilin City"),
        ("朝阳市", "辽宁朝阳|朝阳市|Chaoyang, Liaoning"),
        ("东京", "東京|東京都|日本东京|Tokyo, Japan|Tōkyō"),
        ("圣保罗", "São Paulo|Sao Paulo, Brazil"),
        ("苏黎世", "Zürich|Zuerich|Zurich, Switzerland"),
        ("慕尼黑", "München|Munich|Munich, Germany"),
    ],
)
def test_one_city_has_many_spellings(city: str, spellings: str) -> None:
    assert {spelling: chosen(spelling) for spelling in spellings.split("|")} == dict.fromkeys(
        spellings.split("|"), city
    )


@pytest.mark.parametrize(
    "names",
    [
        "都江堰 彭州 邛崃 崇州 简阳 峨眉山 西昌 江油 什邡 广汉 绵竹 阆中 华蓥 万源 射洪 会理 康定 马尔康 隆昌",
        "义乌 昆山 敦煌 曲阜 都江堰 张家港 晋江 武夷山 满洲里 井冈山 韶山 瑞丽 仁怀 腾冲 神木",
    ],
)
def test_county_level_cities_are_found_with_and_without_their_kind(names: str) -> None:
    for name in names.split():
        assert chosen(name) == chosen(f"{name}市") == name


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Suzhou", "苏州、宿州"),
        ("suzhou, China", "苏州、宿州"),
        ("Fuzhou", "福州、抚州"),
        ("Taizhou", "泰州、台州"),
        ("Yíchūn", "伊春、宜春"),
        ("Ji an", "吉安、集安"),
        ("吉林", "吉林市、长春"),
        ("朝陽", "朝阳市、北京、长春"),
        ("Hainan", "海南州、海口、三亚"),
    ],
)
def test_a_name_of_several_cities_is_refused_with_all_of_them(name: str, candidates: str) -> None:
    with pytest.raises(CityAmbiguous) as refused:
        CITIES.choose(name)
    assert suggested(refused.value.facts, "zh-CN") == candidates
    assert name in refused.value.detail("en")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("成郁", "成都"),
        ("Chengdo", "成都"),
        ("Chnegdu", "成都"),
        ("Beijin", "北京"),
        ("成都东站", "成都"),
        ("四川", "成都"),
        ("吉林省", "长春"),
        ("Amsterdm", "阿姆斯特丹"),
        ("Springfield, London", "伦敦"),
    ],
)
def test_a_near_miss_suggests_up_to_three_and_is_not_guessed(name: str, first: str) -> None:
    with pytest.raises(UnknownCity) as refused:
        CITIES.choose(name)
    near = suggested(refused.value.facts, "zh-CN").split("、")
    assert near[0] == first
    assert len(near) <= 3
    for language in ("en", "zh-CN"):
        assert suggested(refused.value.facts, language) in refused.value.detail(language)


@pytest.mark.parametrize(
    "name", ["Atlantis", "亚特兰蒂斯", "武侯区", "𠮷", "?", "\u200b", "x" * 40, "㍿" * 40]
)
def test_what_resembles_no_city_suggests_none(name: str) -> None:
    with pytest.raises(UnknownCity) as refused:
        CITIES.choose(name)
    assert refused.value.facts["suggestions"] == ""


def test_a_district_with_the_name_of_another_city_is_not_that_city() -> None:
    # 大同区 is a district of Daqing, 西安区 one of Mudanjiang.
    for name in ("大同区", "西安区"):
        with pytest.raises(UnknownCity):
            CITIES.choose(name)


def test_an_event_is_not_told_to_give_a_distance() -> None:
    for name in ("Atlantis", "成郁"):
        with pytest.raises(UnknownCity) as refused:
            CITIES.choose(name, of="event")
        assert "distance" not in refused.value.detail("en")
        assert "距离" not in refused.value.detail("zh-CN")


def harmless(draw: st.DrawFn, name: str) -> str:
    """The name with changes that no reader notices or minds."""
    signs = list(name)
    for position in range(len(signs)):
        sign = signs[position]
        change = draw(st.sampled_from(["", "", "", "case", "wide", "mark", "drop", "hidden"]))
        if change == "case":
            signs[position] = sign.swapcase()
        elif change == "wide" and "!" <= sign <= "~":
            signs[position] = chr(ord(sign) + 0xFEE0)
        elif change == "mark" and sign in "aeiouAEIOU":
            signs[position] = unicodedata.normalize(
                "NFC", sign + draw(st.sampled_from("\u0304\u0301\u030c\u0300"))
            )
        elif change == "drop" and sign in "'’ -":
            signs[position] = draw(st.sampled_from(["", " ", "’", "ʼ", "-", "·"]))
        elif change == "hidden":
            signs[position] = draw(st.sampled_from(["\u200b", " ", "\u2060"])) + sign
    return "".join(signs)


@given(st.data(), st.sampled_from(SPELLINGS))
def test_harmless_changes_of_a_spelling_lead_to_its_city(data: st.DataObject, case: tuple[str, str]) -> None:
    name, city = case
    assert chosen(data.draw(st.composite(harmless)(name))) == city


@given(st.text(max_size=40))
def test_any_text_is_one_city_or_refused(text: str) -> None:
    said = []
    try:
        said.append(CITIES.choose(text).name["en"])
    except (UnknownCity, CityAmbiguous) as refused:
        said.extend(refused.detail(language) for language in ("zh-CN", "en"))
    assert all(said)


def test_every_name_is_found_in_traditional_characters_and_with_its_province() -> None:
    traditional = read_toml(DIRECTORY / "traditional.toml")["traditional"]
    regions = read_entries(DIRECTORY / "regions.toml", "region", Region)
    for city in CITIES.all:
        name = city.name["zh-CN"]
        written = "".join(traditional.get(sign, sign)[0] for sign in name)
        assert chosen(written) == name
        assert chosen(regions[city.region].name["zh-CN"] + name) == name
        assert chosen(f"{city.name['en']}, {regions[city.region].name['en']}") == name


def test_no_two_cities_share_a_key_unless_both_are_named_in_the_refusal() -> None:
    owners: dict[str, set[str]] = {}
    for city in CITIES.all:
        for name in city.name.values():
            owners.setdefault(CITIES.key(name), set()).add(city.name["zh-CN"])
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}
    bare: dict[str, list[str]] = {}
    for city in CITIES.all:
        bare.setdefault(city.name["en"].partition(" (")[0], []).append(city.name["zh-CN"])
    shared = {name: cities for name, cities in bare.items() if len(cities) > 1}
    assert len(shared) >= 15
    for name, cities in shared.items():
        with pytest.raises(CityAmbiguous) as refused:
            CITIES.choose(name)
        assert suggested(refused.value.facts, "zh-CN") == "、".join(cities)


def test_no_alias_is_another_citys_name() -> None:
    with (DIRECTORY / "city_aliases.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert chosen(row["alias"]) == row["city_zh"]


def test_a_stored_name_means_what_it_meant() -> None:
    # These were one city's names before others with the same pinyin came into the list.
    meant = {
        "Suzhou": "苏州",
        "Fuzhou": "福州",
        "吉林": "吉林市",
        "Jilin": "吉林市",
        "朝阳": "朝阳市",
        "Ji'an": "吉安",
    }
    for name, city in meant.items():
        assert find_city(CITIES, name).name["zh-CN"] == city


def test_a_chosen_name_is_kept_as_the_list_has_it() -> None:
    assert [CITIES.spelled(name) for name in ("xi an", "四川成都", "Chengdu", "成都", "臺北")] == [
        "Xi'an",
        "成都",
        "Chengdu",
        "成都",
        "台北",
    ]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("xian", "西安"),
        ("Xi’a", "西安"),
        ("lv liang", "吕梁"),
        ("廣州", "广州"),
        ("臺北", "台北"),
        ("四川成都", "成都"),
        ("成都市武侯区", "成都"),
        ("dujiang", "都江堰"),
        ("djy", "都江堰"),
        ("peking", "北京"),
        ("Chengdo", "成都"),
        ("suzhou", "苏州"),
    ],
)
def test_the_search_finds_every_spelling(catalogue: Catalogue, text: str, first: str) -> None:
    assert find_cities(catalogue.cities, text, 20)[0].name["zh-CN"] == first


def test_county_level_cities_lie_near_their_prefecture() -> None:
    for city in CITIES.all:
        if city.prefecture:
            around = CITIES.choose(city.prefecture)
            assert city.region == around.region, city.name
            assert abs(city.lat - around.lat) < 4, city.name
            assert abs(city.lon - around.lon) < 8, city.name


def test_cities_of_one_region_are_not_at_one_point() -> None:
    places = {(city.lat, city.lon): city.name["zh-CN"] for city in CITIES.all}
    assert len(places) == len(CITIES.all)


@given(st.text("abc", max_size=5), st.text("abc", max_size=5))
def test_letters_apart_is_the_same_both_ways_and_nothing_only_for_equals(one: str, other: str) -> None:
    assert letters_apart(one, other, 9) == letters_apart(other, one, 9)
    assert (letters_apart(one, other, 9) == 0) == (one == other)
    assert letters_apart(one, other, 9) <= max(len(one), len(other))


def test_a_swap_is_one_letter() -> None:
    pairs = (("chnegdu", "chengdu"), ("ab", "ba"), ("abcdef", "uvwxyz"))
    assert [letters_apart(*pair, 2) for pair in pairs] == [1, 1, 3]


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (
            "county_cities.csv",
            "彭州,Pengzhou",
            "成都,Pengzhou",
            r"county_cities.csv: line \d+: duplicate name 成都",
        ),
        (
            "county_cities.csv",
            "成都,510182",
            "亚特兰,510182",
            r"county_cities.csv: line \d+: there is no city 亚特兰",
        ),
        ("county_cities.csv", "county-cities", "hearsay", r"there is no source hearsay"),
        (
            "city_aliases.csv",
            "Canton,广州",
            "Canton,亚特兰",
            r"city_aliases.csv: line \d+: there is no city 亚特兰",
        ),
        ("city_aliases.csv", "Canton,广州", "成都,广州", r"city_aliases.csv: line \d+: duplicate name 成都"),
        (
            "city_ambiguities.toml",
            '"吉林市", "长春"',
            '"吉林市", "蓬莱仙岛"',
            r"jilin: there is no city 蓬莱仙岛",
        ),
        ("regions.toml", 'id = "sichuan"', 'id = "shu"', r"Chengdu lies in no region sichuan"),
    ],
)
def test_a_name_that_cannot_be_is_named(copy: Path, file: str, old: str, new: str, complaint: str) -> None:
    _replace(copy, file, old, new)
    with pytest.raises(CatalogueError, match=complaint):
        load_catalogue(copy)
