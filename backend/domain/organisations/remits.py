"""What a regulator watches: events of an agency, of a city, of both; without a remit, the province.

Source: the plan's 五厅局, each of which supervises kinds of events (catalogue/agencies.toml).
"""

from __future__ import annotations

from typing import NamedTuple


class Remit(NamedTuple):
    """Events of an agency and of a city; None: of all of them."""

    agency: str | None
    city: str | None

    def covers(self, agency: str | None, city: str | None) -> bool:
        return self.agency in (None, agency) and self.city in (None, city)


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
        """Their agencies in order, for a statement that takes agencies and cities side by side."""
        return [remit.agency for remit in self]

    @property
    def cities(self) -> list[str | None]:
        return [remit.city for remit in self]
