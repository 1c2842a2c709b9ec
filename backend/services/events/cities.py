"""Finds cities as somebody types them: a name or its beginning in any spelling, its initials, or one spelled alike."""

from __future__ import annotations

import re
from functools import lru_cache

from backend.domain.catalogue.city_names import Cities
from backend.domain.catalogue.factors import City
from backend.messages.events.journeys import CityView

# A syllable of pinyin, enough to read the c and the d of Chengdu.
_FINAL = (
    r"(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ui|un|uo|ue|"
    r"ve|a|e|i|o|u|v)"
)
_SYLLABLE = re.compile(rf"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?{_FINAL}(?![aeiou])")


def find_cities(cities: Cities, text: str, limit: int) -> list[CityView]:
    """Cities that a text may be the beginning of, domestic ones first, as the catalogue lists them.

    A text that begins no name is read as a whole one, 四川成都; if it is none either, others spelled alike follow.
    """
    found: dict[str, City] = {}
    for city in cities.beginning(text):
        found.setdefault(city.name["zh-CN"], city)
    initials = "".join(text.split()).casefold()
    for city in cities.all if initials.isascii() and initials.isalpha() else ():
        if _initials(city.name["en"] if city.country == "CN" else "").startswith(initials):
            found.setdefault(city.name["zh-CN"], city)
    if not found:
        found = {city.name["zh-CN"]: city for city in cities.called(text) or cities.near(text)}
    return [
        CityView(name=dict(city.name), country=city.country, region=city.region)
        for city in list(found.values())[:limit]
    ]


@lru_cache(maxsize=4096)
def _initials(name: str) -> str:
    words = re.split(r"[^a-z]+", name.partition("(")[0].casefold())
    return "".join(syllable[0] for word in words for syllable in _SYLLABLE.findall(word))
