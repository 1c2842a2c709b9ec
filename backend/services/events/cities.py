"""Finds cities by the beginning of their name: in Chinese, in English, or by the initials of its syllables."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backend.domain.catalogue.factors import City, city_key
from backend.messages.events.journeys import CityView

# A syllable of pinyin, enough to read the c and the d of Chengdu.
_FINAL = (
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ui|un|uo|ue|"
    r"ve|a|e|i|o|u|v)"
)
_SYLLABLE = re.compile(rf"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?{_FINAL}(?![aeiou])")


def find_cities(cities: Mapping[str, City], text: str, limit: int) -> list[CityView]:
    """Cities whose name begins with a text, domestic ones first, as the catalogue lists them."""
    wanted = _plain(text)
    found: dict[tuple[str, str], City] = {}
    for key, city in cities.items():
        if _plain(key).startswith(wanted) or _initials(city).startswith(wanted):
            found.setdefault((city.country, city.name["en"]), city)
            if len(found) == limit:
                break
    return [
        CityView(name=dict(city.name), country=city.country, region=city.region) for city in found.values()
    ]


def _plain(name: str) -> str:
    """Xi'an is found by xian."""
    return city_key(name).replace("'", "")


def _initials(city: City) -> str:
    if city.country != "CN":
        return ""
    words = re.split(r"[^a-z]+", city.name["en"].partition("(")[0].casefold())
    return "".join(syllable[0] for word in words for syllable in _SYLLABLE.findall(word))
