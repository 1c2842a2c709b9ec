"""What a regulator watches: events of an agency, of a city, of both; without a remit, the province.

Source: the plan's 五厅局, each of which supervises kinds of events (catalogue/agencies.toml).
"""

from __future__ import annotations

from typing import NamedTuple


class Remit(NamedTuple):
    """Events of an agency and of a city; None: of all of them."""

    agency: str | None
    city: str | None
    city_en: str | None = None
    """The same city's English name: events are filed under either."""

    @property
    def spellings(self) -> list[str]:
        """Names under which events of the city are filed; none where the remit has no city."""
        return [name for name in (self.city, self.city_en) if name is not None]

    @property
    def spellings_or_none(self) -> list[str | None]:
        return [*self.spellings] if self.city is not None else [None]

    def covers(self, agency: str | None, city: str | None) -> bool:
        return self.agency in (None, agency) and (self.city is None or city in self.spellings)


class Remits(tuple[Remit, ...]):
    """All that one regulator watches."""

    __slots__ = ()

    @property
    def is_province(self) -> bool:
        return not self

    def covers(self, agency: str | None, city: str | None) -> bool:
        """Whether something of this agency and city lies in one of the remits."""
        return self.is_province or any(remit.covers(agency, city) for remit in self)

    @property
    def agencies(self) -> list[str | None]:
        """Their agencies, one for each of `cities`, for a statement that takes both side by side."""
        return [remit.agency for remit in self for _ in remit.spellings_or_none]

    @property
    def cities(self) -> list[str | None]:
        """Their cities in every spelling; None for a remit without one."""
        return [city for remit in self for city in remit.spellings_or_none]
