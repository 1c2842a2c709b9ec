"""Every periodic job: its name, when it runs, what it does and what happens when it is late.

docs/jobs.md lists the same; a test holds the two against each other. Times are those of Shanghai.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from backend.domain.days import day_of
from backend.domain.operations.schedules import DAY_S, Every, Monthly
from backend.jobs.actions.photo_retention import remove_old_photos
from backend.jobs.actions.reviews import book_approved
from backend.jobs.community.leaderboards import rebuild_boards, recount_teams
from backend.jobs.community.medals import award_medals
from backend.jobs.complaint_deadlines import watch_deadlines
from backend.jobs.credit_scores import compute_credit_scores
from backend.jobs.disclosure import release_due
from backend.jobs.feeds.credit_feed import publish_credit_feed, push_credit_feed
from backend.jobs.issuance.budget_watch import watch_budgets
from backend.jobs.issuance.pending_lapse import lapse_pending
from backend.jobs.job import Job, Result, WorkerComponents
from backend.jobs.ledger_audit import audit_ledger
from backend.jobs.log_integration import integrate_log
from backend.jobs.notifications.notice_delivery import deliver_notices
from backend.jobs.notifications.reminders import (
    notify_of_monthly_reports,
    notify_of_offsets,
    remind_of_expiring_points,
    remind_of_expiring_vouchers,
)
from backend.jobs.offset_waitlist import settle_waiting
from backend.jobs.pending_items import credit_waiting
from backend.jobs.points_expiry import expire_points
from backend.jobs.retention import remove_old_journeys, remove_old_rows
from backend.jobs.supervision.lists import end_entries, look_for_cases
from backend.jobs.voucher_expiry import expire_vouchers
from backend.ledger.facts.footprints import FootprintBook
from backend.outside.photo_files import PhotoFiles
from backend.services.catalogue.effects import compute_effects
from backend.services.certificates.transparency_log import log_keys
from backend.services.security.rates import check_rates

MINUTE_S = 60
HOUR_S = 3600


async def _expire_points(components: WorkerComponents) -> Result:
    run = await expire_points(components.database, components.queue, day_of(datetime.now(UTC)))
    return msgspec.structs.asdict(run)


async def _remove_old_journeys(components: WorkerComponents) -> Result:
    footprints = FootprintBook(components.catalogue)
    return await remove_old_journeys(components.database, footprints, datetime.now(UTC))


async def _watch_budgets(components: WorkerComponents) -> Result:
    return msgspec.structs.asdict(await watch_budgets(components.database, datetime.now(UTC)))


async def _lapse_pending(components: WorkerComponents) -> Result:
    run = await lapse_pending(components.database, components.queue, day_of(datetime.now(UTC)))
    return msgspec.structs.asdict(run)


async def _expire_vouchers(components: WorkerComponents) -> Result:
    return {"expired": await expire_vouchers(components.database)}


async def _credit_waiting(components: WorkerComponents) -> Result:
    report = await credit_waiting(
        components.database,
        components.queue,
        components.catalogue,
        waiting_days_max=components.settings.waiting_days_max,
    )
    return msgspec.structs.asdict(report)


async def _rebuild_boards(components: WorkerComponents) -> Result:
    done = await rebuild_boards(components.database, components.community, datetime.now(UTC))
    return {"periods": len(done.periods), "ranked": done.ranked, "lost": int(not done.is_whole)}


async def _compute_credit_scores(components: WorkerComponents) -> Result:
    today = day_of(datetime.now(UTC))
    return await compute_credit_scores(components.database, components.catalogue, today)


async def _compute_effects(components: WorkerComponents) -> Result:
    today = day_of(datetime.now(UTC))
    return {"steps": await compute_effects(components.database, components.catalogue, today)}


async def _recount_teams(components: WorkerComponents) -> Result:
    return {"days": await recount_teams(components.database, datetime.now(UTC))}


async def _award_medals(components: WorkerComponents) -> Result:
    return {"awarded": await award_medals(components.database, components.community.rules, datetime.now(UTC))}


async def _book_approved(components: WorkerComponents) -> Result:
    run = await book_approved(components.database, components.queue, datetime.now(UTC))
    return msgspec.structs.asdict(run)


async def _settle_waiting(components: WorkerComponents) -> Result:
    return msgspec.structs.asdict(await settle_waiting(components.database, components.queue))


async def _remove_photos(components: WorkerComponents) -> Result:
    settings = components.settings
    files = PhotoFiles(settings.photo_dir)
    now = datetime.now(UTC)
    return {
        "removed": await remove_old_photos(components.database, files, now, days_max=settings.photo_days_max)
    }


async def _integrate_log(components: WorkerComponents, *, is_thorough: bool = False) -> Result:
    settings = components.settings
    done = await integrate_log(
        components.database, log_keys(settings), settings.issuer, is_thorough=is_thorough
    )
    return msgspec.structs.asdict(done)


async def _check_rates(components: WorkerComponents) -> Result:
    return {"alerts": await check_rates(components.database, datetime.now(UTC))}


JOBS: tuple[Job, ...] = (
    Job(
        name="outbox",
        rhythm=Every(5),
        run=deliver_notices,
    ),
    Job(
        name="points_expiry",
        rhythm=Every(HOUR_S, offset_s=10 * MINUTE_S),
        run=_expire_points,
    ),
    Job(
        name="issuance_budgets",
        rhythm=Every(10 * MINUTE_S),
        run=_watch_budgets,
    ),
    Job(
        name="pending_lapse",
        rhythm=Every(HOUR_S, offset_s=20 * MINUTE_S),
        run=_lapse_pending,
    ),
    Job(
        name="points_expiring",
        rhythm=Every(DAY_S, offset_s=9 * HOUR_S),
        run=lambda components: remind_of_expiring_points(components.database),
    ),
    Job(
        name="waiting_items",
        rhythm=Every(5 * MINUTE_S),
        run=_credit_waiting,
    ),
    Job(
        name="vouchers_expiry",
        rhythm=Every(HOUR_S, offset_s=15 * MINUTE_S),
        run=_expire_vouchers,
    ),
    Job(
        name="vouchers_expiring",
        rhythm=Every(DAY_S, offset_s=9 * HOUR_S + 30 * MINUTE_S),
        run=lambda components: remind_of_expiring_vouchers(components.database),
    ),
    Job(
        name="reviews",
        rhythm=Every(MINUTE_S),
        run=_book_approved,
    ),
    Job(
        name="offsets_waiting",
        rhythm=Every(5),
        run=_settle_waiting,
    ),
    Job(
        name="offsets_done",
        rhythm=Every(MINUTE_S),
        run=lambda components: notify_of_offsets(components.database),
    ),
    Job(
        name="photos",
        rhythm=Every(HOUR_S, offset_s=30 * MINUTE_S),
        run=_remove_photos,
    ),
    Job(
        name="monthly_reports",
        rhythm=Monthly(1, offset_s=10 * HOUR_S),
        run=lambda components: notify_of_monthly_reports(components.database),
    ),
    Job(
        name="leaderboards",
        rhythm=Every(MINUTE_S),
        run=_rebuild_boards,
    ),
    Job(
        name="team_days",
        rhythm=Every(DAY_S, offset_s=3 * HOUR_S),
        run=_recount_teams,
    ),
    Job(
        name="medals",
        rhythm=Every(DAY_S, offset_s=8 * HOUR_S),
        run=_award_medals,
    ),
    Job(
        name="disclosures",
        rhythm=Every(MINUTE_S),
        run=lambda components: release_due(components.database, components.catalogue),
    ),
    Job(
        name="log",
        rhythm=Every(10),
        run=_integrate_log,
    ),
    Job(
        name="log_thorough",
        rhythm=Every(HOUR_S, offset_s=45 * MINUTE_S),
        run=lambda components: _integrate_log(components, is_thorough=True),
    ),
    Job(
        name="ledger_audit",
        rhythm=Every(DAY_S, offset_s=4 * HOUR_S),
        run=lambda components: audit_ledger(components.settings),
    ),
    Job(
        name="credit_scores",
        rhythm=Every(DAY_S, offset_s=2 * HOUR_S),
        run=_compute_credit_scores,
    ),
    Job(
        name="draft_effects",
        rhythm=Every(5),
        run=_compute_effects,
    ),
    Job(
        name="journeys",
        rhythm=Every(HOUR_S, offset_s=50 * MINUTE_S),
        run=_remove_old_journeys,
    ),
    Job(
        name="credit_feed",
        rhythm=Every(MINUTE_S),
        run=publish_credit_feed,
    ),
    Job(
        name="credit_feed_push",
        rhythm=Every(30),
        run=push_credit_feed,
    ),
    Job(
        name="security_rates",
        rhythm=Every(MINUTE_S),
        run=_check_rates,
    ),
    Job(
        name="complaints",
        rhythm=Every(HOUR_S, offset_s=5 * MINUTE_S),
        run=lambda components: watch_deadlines(),
    ),
    Job(
        name="list_expiry",
        rhythm=Every(MINUTE_S),
        run=lambda components: end_entries(components.database),
    ),
    Job(
        name="negative_list",
        rhythm=Every(DAY_S, offset_s=5 * HOUR_S),
        run=lambda components: look_for_cases(components.database),
    ),
    Job(
        name="old_rows",
        rhythm=Every(MINUTE_S),
        run=lambda components: remove_old_rows(),
    ),
)
