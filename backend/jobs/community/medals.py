"""Awards medals to citizens who were active lately, some hundred at a time, and notifies them; once a day.

A citizen who opens their medals is awarded them at once; this job is for the others. A medal is stored by its key, and
its notice with it, so a run may be interrupted and repeated.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.catalogue.community import CommunityRules
from backend.domain.community.medals import Medal
from backend.domain.community.periods import period_of
from backend.domain.days import day_of
from backend.services.community.medals import award, measure
from backend.services.notifications.notices import create_notices
from backend.storage.database import Database
from backend.storage.statements import read
from backend.texts import say

CITIZENS_PER_CHUNK = 500


async def award_medals(database: Database, rules: CommunityRules, at: datetime) -> int:
    """Award what active citizens have reached; returns how many medals are new."""
    # Actions of the last month's end may have arrived only now.
    month = period_of("last_month", day_of(at))
    after, awarded = UUID(int=0), 0
    while rows := await read(database, "read_active_citizens", after, CITIZENS_PER_CHUNK, month.first):
        after = rows[-1]["citizen_id"]
        totals = await measure(database, rules, [row["citizen_id"] for row in rows])
        async with database.transaction():
            new = await award(rules, totals, at)
            highest: dict[tuple[UUID, str], int] = {}
            for citizen_id, medal, level in new:
                highest[citizen_id, medal] = max(level, highest.get((citizen_id, medal), 0))
            await create_notices(
                "medal_awarded",
                [
                    (citizen_id, f"{medal}:{level}", {"medal": _title(rules.medals[medal], level)})
                    for (citizen_id, medal), level in highest.items()
                ],
            )
        awarded += len(new)
    return awarded


def _title(medal: Medal, level: int) -> dict[str, str]:
    if len(medal.steps) == 1:
        return medal.name
    return {
        language: say(language, "medal.level", name=medal.name[language], level=level)
        for language in medal.name
    }
