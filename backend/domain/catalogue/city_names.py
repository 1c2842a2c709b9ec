"""Cities by every name that people write: simplified or traditional, pinyin with or without marks, with the province.

Two dictionaries answer nearly everything: the catalogue's own spellings as they stand, and `spelling_key` of what was
written. Only what neither knows is taken apart: country and province before or after it, the kind of place at its end,
a district behind the city. A name of several cities is never guessed: the refusal lists them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from backend.domain.catalogue.factors import City, city_key
from backend.domain.catalogue.refusals import CityAmbiguous, UnknownCity
from backend.domain.folding import folded

SUGGESTIONS_MAX = 3
TAKEN_APART_CHARS_MAX = 80
"""Compatibility forms may write 40 characters as hundreds; no city's name with its province is longer than this."""
NESTED_MAX = 4
"""Country, province and kind of place around a name, in any order."""

# Ends of names that say what kind of place it is; longest first. A district (区) is a part of a city, and often has
# the name of another one (大同区 lies in Daqing), so that its end is not taken off.
_KINDS = ("特别行政区", "自治州", "自治县", "自治旗", "地区", "市区", "市", "州", "县", "盟")
_LATIN_KINDS = ("MUNICIPALITY", "PREFECTURE", "COUNTY", "CITY", "SHI")
_DISTRICTS = ("区", "县", "旗")
_TOWNS = (*_DISTRICTS, "镇", "乡", "街道")
_LATIN_DISTRICTS = ("DISTRICT", "COUNTY", "NEWAREA", "QU", "XIAN")
_PARTING = re.compile(r"[,，、;；/|]")
# Lüliang, Lvliang and Lyuliang: keyboards without ü write it so.
_U_UMLAUT = re.compile("(?<=[LN])(?:V|YU)")
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN_CHARS_MIN = 3
_HAN_CHARS_MIN = 2


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A province or a country as people write it beside a city."""

    id: str
    name: dict[str, str]
    also: tuple[str, ...] = ()

    def holds(self, city: City) -> bool:
        return city.region == self.id or (self.id == "china" and city.country in ("CN", "TW"))


class Ambiguity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that mean more than the cities which are called so; `cities` are Chinese names."""

    id: str
    names: tuple[str, ...]
    cities: tuple[str, ...]
    reason: dict[str, str]


class CityAlias(msgspec.Struct, frozen=True):
    """A further name of a city: an older romanisation, pinyin of a Tibetan name, a prefecture with its seat there."""

    name: str
    city_zh: str


class Cities(Mapping[str, City]):
    """The cities of the catalogue. As a mapping it goes from the `city_key` of a name to its city.

    That mapping is for names that are stored already: it knows each name that was ever taken, and of several cities
    with one name the one that it meant then. What people write now goes through `choose`.
    """

    def __init__(
        self,
        cities: Sequence[City],
        *,
        aliases: Iterable[CityAlias] = (),
        regions: Iterable[Region] = (),
        ambiguities: Iterable[Ambiguity] = (),
        traditional: Mapping[str, str] | None = None,
    ) -> None:
        self.all = tuple(cities)
        self._simplified = {ord(sign): one for one, signs in (traditional or {}).items() for sign in signs}
        by_zh = {city.name["zh-CN"]: city for city in self.all}
        self._stored: dict[str, City] = {}
        self._named: dict[str, tuple[City, ...]] = {}
        for city in self.all:
            for name in _names(city):
                self._stored.setdefault(city_key(name), city)
                self._name(name, city)
        for alias in aliases:
            self._name(alias.name, by_zh[alias.city_zh])
        self._meant: dict[str, tuple[City, ...]] = {}
        for ambiguity in ambiguities:
            for name in ambiguity.names:
                self._meant[self.key(name)] = tuple(by_zh[each] for each in ambiguity.cities)
        self._regions: dict[str, Region] = {}
        for region in regions:
            for name in (*region.name.values(), *region.also):
                self._regions[self.key(name)] = region
        # Names as the lists of the pages have them: most of what is sent needs no folding.
        self._exact = {
            name: city
            for city in self.all
            for name in city.name.values()
            if self._called(self.key(name)) == (city,)
        }
        self._spellings: dict[str, list[str]] = {city.name["zh-CN"]: [] for city in self.all}
        for key, named in self._named.items():
            for city in named:
                self._spellings[city.name["zh-CN"]].append(key)
        self._signs = [(key, _signs(key)) for key in self._named]

    # -- names that are stored -------------------------------------------------------------------

    def __getitem__(self, key: str) -> City:
        city = self._stored.get(key)
        if city is None:
            found = self.called(key)
            if len(found) != 1:
                raise KeyError(key)
            return found[0]
        return city

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    # -- names that people write -----------------------------------------------------------------

    def choose(self, name: str, *, of: str = "journey") -> City:
        """The one city that a person's spelling means. Raises UnknownCity and CityAmbiguous, with suggestions (422).

        `of` is what the city is wanted for, an attendee's `journey` or an `event`: the sentence says what to do there.
        """
        city = self._exact.get(name)
        if city is not None:
            return city
        found = self.called(name)
        if len(found) == 1:
            return found[0]
        if found:
            raise CityAmbiguous(city=name, suggestions=spelled_out(found), of=of)
        raise UnknownCity(city=name, suggestions=spelled_out(self.near(name)), of=of)

    def spelled(self, name: str, *, of: str = "journey") -> str:
        """The catalogue's own name for a person's spelling, in the script they wrote it in. Raises as `choose`.

        Kept instead of the spelling: one city is one journey, and what a later list calls ambiguous stays what it was.
        """
        city = self.choose(name, of=of)
        if name in self._exact:
            return name
        return city.name["zh-CN" if _HAN.search(unicodedata.normalize("NFKC", name)) else "en"]

    def called(self, name: str) -> tuple[City, ...]:
        """Every city that a spelling may mean; none, where the list has none."""
        found = self._called(self.key(name))
        if found:
            return found
        parts = [key for key in map(self.key, _PARTING.split(name)) if key]
        if len(parts) > 1:
            found = self._in_parts(parts)
            if found:
                return found
        key = "".join(parts)
        if len(key) > TAKEN_APART_CHARS_MAX:
            return ()
        return self._taken_apart(key, (), NESTED_MAX)

    def near(self, name: str, limit: int = SUGGESTIONS_MAX) -> list[City]:
        """Cities that a spelling may have been meant for: of a province, named in it, or spelled alike."""
        key = self.key(name)[:TAKEN_APART_CHARS_MAX]
        region = self._regions.get(key)
        if region is not None:
            return [city for city in self.all if region.holds(city)][:limit]
        found: dict[str, City] = {}
        for part in sorted({key, *map(self.key, _PARTING.split(name))}, key=len, reverse=True):
            for city in (*self._contained(part), *self._alike(part)):
                found.setdefault(city.name["zh-CN"], city)
        return list(found.values())[:limit]

    def beginning(self, text: str) -> Iterator[City]:
        """Cities with a spelling that begins so, as the catalogue lists them; those that are called so first."""
        key = self.key(text)
        whole = self._called(key) if key else ()
        yield from whole
        for city in self.all if key else ():
            if city not in whole and any(
                each.startswith(key) for each in self._spellings[city.name["zh-CN"]]
            ):
                yield city

    def key(self, name: str) -> str:
        """What spellings of one name have in common: folded, without marks and signs between, simplified."""
        plain = unicodedata.normalize("NFD", folded(name))
        plain = "".join(sign for sign in plain if sign.isalnum()).translate(self._simplified)
        return _U_UMLAUT.sub("U", plain)

    # -- how it is done --------------------------------------------------------------------------

    def _name(self, name: str, city: City) -> None:
        key = self.key(name)
        named = self._named.get(key, ())
        if city not in named:
            self._named[key] = (*named, city)

    def _called(self, key: str) -> tuple[City, ...]:
        named, meant = self._named.get(key, ()), self._meant.get(key, ())
        return (*named, *(each for each in meant if each not in named)) if meant else named

    def _within(self, key: str, regions: tuple[Region, ...]) -> tuple[City, ...]:
        """Cities called so in all of these regions: 北京 and 朝阳 is no other city's district."""
        if not regions:
            return self._called(key)
        for among in (self._named, self._meant):
            found = tuple(
                each for each in among.get(key, ()) if all(region.holds(each) for region in regions)
            )
            if found:
                return found
        return ()

    def _taken_apart(self, key: str, regions: tuple[Region, ...], depth: int) -> tuple[City, ...]:
        found = self._within(key, regions) if key else ()
        if found or depth == 0 or len(key) < _HAN_CHARS_MIN:
            return found
        for rest, region in self._without_region(key):
            found = self._taken_apart(rest, (*regions, region), depth - 1)
            if found:
                return found
        for kind in (*_KINDS, *_LATIN_KINDS):
            rest = key.removesuffix(kind)
            if rest != key and len(rest) >= (_HAN_CHARS_MIN if kind in _KINDS else _LATIN_CHARS_MIN):
                found = self._within(rest, regions)
                if found:
                    return found
        return self._before_district(key, regions)

    def _without_region(self, key: str) -> Iterator[tuple[str, Region]]:
        for end in range(len(key) - 1, 0, -1):
            region = self._regions.get(key[:end])
            if region is not None:
                yield key[end:], region
        for start in range(1, len(key)):
            region = self._regions.get(key[start:])
            if region is not None:
                yield key[:start], region

    def _before_district(self, key: str, regions: tuple[Region, ...]) -> tuple[City, ...]:
        """The city before its district, 成都武侯区, or the county-level city behind its prefecture, 成都都江堰."""
        for end in range(len(key) - 1, 1, -1):
            around = self._within(key[:end], regions)
            if not around:
                continue
            rest = key[end:]
            has_kind = rest.startswith("市") or key[:end].endswith("市")
            rest = rest.removeprefix("市")
            within = tuple(
                each
                for each in self._called(rest.removesuffix("市"))
                if each.prefecture == around[0].name["zh-CN"]
            )
            if len(around) == 1 and within:
                return within
            if len(rest) > 1 and rest.endswith(_TOWNS if has_kind else _DISTRICTS):
                return around
        return ()

    def _in_parts(self, keys: Sequence[str]) -> tuple[City, ...]:
        """Of parts between commas, those that are no country, province or district of a city name one."""
        regions = tuple(self._regions[key] for key in keys if key in self._regions)
        others = [key for key in keys if key not in self._regions]
        if not others:  # Beijing, China: a city that is a province
            return next((found for key in keys if (found := self._within(key, regions))), ())
        cities: list[tuple[City, ...]] = []
        for key in others:
            found = self._taken_apart(key, regions, NESTED_MAX)
            if found:
                cities.append(found)
            elif not key.endswith((*_LATIN_DISTRICTS, *_TOWNS)):
                return ()
        if len(cities) < 2:
            return cities[0] if cities else ()
        # A county-level city with its prefecture beside it.
        around = {each.name["zh-CN"] for found in cities for each in found}
        inner = [found for found in cities if all(each.prefecture in around for each in found)]
        return inner[0] if len(inner) == 1 else ()

    def _contained(self, key: str) -> Iterator[City]:
        """Cities whose name stands in the text, the longest name first."""
        least = _HAN_CHARS_MIN if _HAN.search(key) else 5
        for length in range(len(key) - 1, least - 1, -1):
            for start in range(len(key) - length + 1):
                yield from self._called(key[start : start + length])

    def _alike(self, key: str) -> list[City]:
        """Cities a letter or two away. Signs that differ rule most of them out before letters are compared."""
        if len(key) < _HAN_CHARS_MIN:
            return []
        most = 1 if len(key) <= 4 or _HAN.search(key) else 2
        signs, found = _signs(key), []
        for order, (spelling, others) in enumerate(self._signs):
            if abs(len(spelling) - len(key)) > most or (signs ^ others).bit_count() > 2 * most:
                continue
            away = letters_apart(key, spelling, most)
            if away <= most and away < len(spelling):
                found.append((away, key[0] != spelling[0], order, spelling))
        return [city for *_, spelling in sorted(found) for city in self._called(spelling)]


def spelled_out(cities: Iterable[City]) -> str:
    """Cities as the fact of a refusal: 成都/Chengdu, 重庆/Chongqing."""
    return ", ".join("/".join((city.name["zh-CN"], city.name["en"])) for city in cities)


def _names(city: City) -> Iterator[str]:
    """The catalogue's names, without 市, and without the province that tells cities of one pinyin apart."""
    chinese, english = city.name["zh-CN"], city.name["en"]
    yield chinese
    yield english
    if len(chinese) > _HAN_CHARS_MIN:
        yield chinese.removesuffix("市")
    yield english.partition(" (")[0].removesuffix(" City")


def _signs(key: str) -> int:
    """Which signs occur, as bits: where two texts differ in many, they are not a letter apart."""
    bits = 0
    for sign in key:
        bits |= 1 << (ord(sign) % 61)
    return bits


def letters_apart(one: str, other: str, most: int) -> int:
    """Letters to insert, drop, change or swap until one text is the other; where more than `most`, most + 1."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        earlier, before = before, row
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != wanted))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
