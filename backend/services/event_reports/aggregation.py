"""An event's people added up: each different footprint is read once, however many people share it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from backend.domain.event_reports.statistics import Group
from backend.storage.statements import Reader, Rows

FOOTPRINTS_AT_ONCE = 500
"""Decoded in one go: some milliseconds in which a server process does nothing else."""
NO_CATEGORY = "none"
NO_TRAVEL = "local"
TRAVEL = "travel_intercity"
# Which vehicle a line of travel was computed for shows in the factors it names.
MODE_ROLES = {
    "hsr": "hsr",
    "train": "train",
    "flight_domestic": "plane",
    "flight_long_haul": "plane",
    "coach": "coach",
    "taxi": "taxi",
    "motorbike": "motorbike",
    "petrol_car": "car",
    "bev_energy": "bev",
}


class Line(msgspec.Struct):
    """What a report needs of a line of a footprint."""

    source: str
    emission_g: int
    factor_id: str
    factor_ids: list[str] = []
    defaults: list[str] = []
    neutralised_by_organiser: bool = False


class Body(msgspec.Struct):
    uncertainty_pct: int
    lines: list[Line]


_BODIES = msgspec.json.Decoder(Body)


class Attendees:
    """The sums over all attendances. `modes` names the vehicle of each factor that stands for one."""

    def __init__(self, modes: Mapping[str, str]) -> None:
        self._modes = modes
        self.people = 0
        self.total_g = 0
        self.uncertain_g = 0
        """Hundredths of grams: footprint times its half-width in percent."""
        self.default_g = 0
        self.totals: dict[int, int] = {}
        self.sources: dict[str, Group] = {}
        self.categories: dict[str, Group] = {}
        self.bases: dict[str, Group] = {}
        self.modes: dict[str, Group] = {}
        self.factor_ids: set[str] = set()
        self.left_g: dict[bytes, int] = {}
        """What the organiser leaves of a footprint, by digest, where sources of it are neutralised."""

    def add(self, row: Mapping[str, Any], parts: Rows) -> None:
        """A footprint and the people who have it, by category."""
        body = _BODIES.decode(row["body"])
        total_g: int = row["total_g"]
        people = 0
        offset_g = 0
        for part in parts:
            count, offset = part["people"], part["offset_g"]
            group = self.categories.setdefault(part["category"] or NO_CATEGORY, Group())
            group.add(count, count * total_g, offset)
            people += count
            offset_g += offset
        self.people += people
        self.total_g += people * total_g
        self.uncertain_g += people * total_g * body.uncertainty_pct
        self.totals[total_g] = self.totals.get(total_g, 0) + people
        self.bases.setdefault(row["basis"], Group()).add(people, people * total_g, offset_g)
        self._add_lines(body.lines, people)
        neutralised_g = sum(line.emission_g for line in body.lines if line.neutralised_by_organiser)
        if neutralised_g:
            self.left_g[row["digest"]] = total_g - neutralised_g

    def _add_lines(self, lines: list[Line], people: int) -> None:
        mode = NO_TRAVEL
        travel_g = 0
        counted: set[str] = set()
        for line in lines:
            grams = people * line.emission_g
            assumed = grams if line.defaults else 0
            # A source may have two lines, as the two ends of a flight have: its people are counted once.
            self.sources.setdefault(line.source, Group()).add(
                0 if line.source in counted else people, grams, assumed
            )
            counted.add(line.source)
            self.default_g += assumed
            self.factor_ids.update(line.factor_ids or (line.factor_id,))
            if line.source == TRAVEL:
                named = (self._modes.get(each) for each in (line.factor_ids or [line.factor_id]))
                mode = next((each for each in named if each is not None), mode)
            if line.source in (TRAVEL, "airport_transfer"):
                travel_g += grams
        self.modes.setdefault(mode, Group()).add(people, travel_g)


async def read_attendees(read: Reader, event_id: UUID, modes: Mapping[str, str]) -> Attendees:
    """Everybody of an event, in statements whose number does not grow with the people who share a footprint."""
    attendees = Attendees(modes)
    parts: dict[bytes, list[Mapping[str, Any]]] = {}
    for row in await read("read_event_attendees", event_id):
        parts.setdefault(row["digest"], []).append(row)
    after = b""
    while True:
        rows = await read("read_event_footprints", event_id, after, FOOTPRINTS_AT_ONCE)
        for row in rows:
            # A footprint that somebody had before they told more belongs to nobody any longer.
            if row["digest"] in parts:
                attendees.add(row, parts.pop(row["digest"]))
        if len(rows) < FOOTPRINTS_AT_ONCE:
            break
        after = rows[-1]["digest"]
        await asyncio.sleep(0)
    assert not parts, "an attendance without its footprint"
    return attendees
