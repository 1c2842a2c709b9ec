"""Measures citizens' levels and medals from the ledger's sums, and awards each medal once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from backend.catalogue.community import CommunityRules
from backend.domain.community.medals import Level, MethodTotals, Totals, earned, level_of, progress
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.community.community import LevelProgress, LevelView, MedalEarned, MedalProgress, Medals
from backend.messages.shape import view_of
from backend.models import Medal as MedalRow
from backend.services.community.community import Community
from backend.storage.database import Database
from backend.storage.statements import read, write


async def medals(database: Database, community: Community, citizen_id: UUID, at: datetime) -> Medals:
    """A citizen's level, medals and next steps; medals earned since the last visit are awarded now."""
    rules = community.rules
    totals = (await measure(database, rules, [citizen_id]))[citizen_id]
    await award(rules, {citizen_id: totals}, at)
    rows = await MedalRow.filter(citizen_id=citizen_id).order_by("-earned_at", "medal", "-level")
    kept = [(rules.medals[row.medal], row) for row in rows if row.medal in rules.medals]
    following = [progress(medal, totals) for medal in rules.medals.values()]
    return Medals(
        level=_level(rules.levels, totals.verified_g),
        earned=[
            MedalEarned(
                code=medal.code,
                level=row.level,
                name=bilingual(medal.name),
                about=bilingual(medal.about),
                at=medal.steps[row.level - 1],
                unit=bilingual(medal.unit),
                earned_at=row.earned_at,
            )
            for medal, row in kept
            if row.level <= len(medal.steps)
        ],
        progress=[
            MedalProgress(
                code=each.medal.code,
                level=each.level + 1,
                name=bilingual(each.medal.name),
                about=bilingual(each.medal.about),
                value=each.value,
                at=each.next_at,
                unit=bilingual(each.medal.unit),
            )
            for each in following
            if each.next_at is not None
        ],
    )


async def measure(database: Database, rules: CommunityRules, citizens: Sequence[UUID]) -> dict[UUID, Totals]:
    """The totals that medals are measured by, for several citizens, in three statements."""
    ids = list(citizens)
    by_method: defaultdict[UUID, dict[str, MethodTotals]] = defaultdict(dict)
    for row in await read(database, "read_medal_sums", ids):
        methods = by_method[row["citizen_id"]]
        known = methods.get(row["method"], MethodTotals())
        verified = row["is_verified"]
        methods[row["method"]] = MethodTotals(
            actions=known.actions + row["actions"],
            verified_actions=known.verified_actions + (row["actions"] if verified else 0),
            reduction_g=known.reduction_g + row["reduction_g"],
            verified_g=known.verified_g + (row["reduction_g"] if verified else 0),
        )
    for row in await read(database, "read_medal_quantities", ids, rules.medals_methods):
        methods = by_method[row["citizen_id"]]
        known = methods.get(row["method"], MethodTotals())
        methods[row["method"]] = replace(known, quantity=row["quantity"])
    return {
        row["citizen_id"]: view_of(Totals, row, by_method=by_method[row["citizen_id"]])
        for row in await read(database, "read_medal_counts", ids)
    }


async def award(
    rules: CommunityRules, totals: Mapping[UUID, Totals], at: datetime
) -> list[tuple[UUID, str, int]]:
    """Store the medals that citizens have reached, and return the new ones: (citizen, medal, level)."""
    reached = [
        (citizen_id, medal, level)
        for citizen_id, of_citizen in totals.items()
        for medal, level in earned(list(rules.medals.values()), of_citizen)
    ]
    if not reached:
        return []
    ids, codes, levels = (list(column) for column in zip(*reached, strict=True))
    rows = await write("award_medals", ids, codes, levels, at)
    return [(row["citizen_id"], row["medal"], row["level"]) for row in rows]


def _level(levels: Sequence[Level], verified_g: int) -> LevelProgress:
    reached, following = level_of(levels, verified_g)
    return LevelProgress(
        verified_g=verified_g,
        level=_level_view(reached),
        next=_level_view(following) if following else None,
        left_g=following.from_g - verified_g if following else None,
    )


def _level_view(level: Level) -> LevelView:
    return LevelView(code=level.code, name=bilingual(level.name), from_g=level.from_g)
