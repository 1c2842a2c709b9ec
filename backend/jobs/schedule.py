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
from backend.jobs.job import Job, Result, WorkerComponents
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
from backend.jobs.retention import remove_old_rows
from backend.jobs.voucher_expiry import expire_vouchers
from backend.messages.shape import Statement
from backend.outside.photo_files import PhotoFiles
from backend.services.certificates.transparency_log import log_keys

MINUTE_S = 60
HOUR_S = 3600


async def _expire_points(components: WorkerComponents) -> Result:
    run = await expire_points(components.database, components.queue, day_of(datetime.now(UTC)))
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


JOBS: tuple[Job, ...] = (
    Job(
        name="outbox",
        rhythm=Every(5),
        run=deliver_notices,
        about=Statement("发送等待中的通知", "Send the messages waiting in the outbox"),
        late=Statement(
            "通知已在小程序内，微信消息晚到",
            "Notices stand in the mini-program; WeChat's message comes later",
        ),
    ),
    Job(
        name="points_expiry",
        rhythm=Every(HOUR_S, offset_s=10 * MINUTE_S),
        run=_expire_points,
        about=Statement("将到期积分记出", "Book off points that ran out"),
        late=Statement(
            "到期积分不能再使用，账面余额稍后更新", "They cannot be spent anyway; the balance follows later"
        ),
    ),
    Job(
        name="points_expiring",
        rhythm=Every(DAY_S, offset_s=9 * HOUR_S),
        run=lambda components: remind_of_expiring_points(components.database),
        about=Statement("积分到期前三十天通知", "Tell citizens thirty days before points run out"),
        late=Statement("通知晚几天，仍在到期之前", "The notice comes some days later, still before the day"),
    ),
    Job(
        name="waiting_items",
        rhythm=Every(5 * MINUTE_S),
        run=_credit_waiting,
        about=Statement("入账等待绑定的合作方记录", "Credit partners' reports of citizens bound meanwhile"),
        late=Statement("积分晚到，归属日期不变", "Points come later, credited to their own day"),
    ),
    Job(
        name="vouchers_expiry",
        rhythm=Every(HOUR_S, offset_s=15 * MINUTE_S),
        run=_expire_vouchers,
        about=Statement("标记过期的兑换券", "Mark vouchers past their time"),
        late=Statement("过期的券在核销时仍会被拒绝", "A till refuses them all the same"),
    ),
    Job(
        name="vouchers_expiring",
        rhythm=Every(DAY_S, offset_s=9 * HOUR_S + 30 * MINUTE_S),
        run=lambda components: remind_of_expiring_vouchers(components.database),
        about=Statement("兑换券到期前七天通知", "Tell citizens seven days before a voucher runs out"),
        late=Statement("通知晚到；已过期的不再通知", "The notice comes later; none once it has run out"),
    ),
    Job(
        name="reviews",
        rhythm=Every(MINUTE_S),
        run=_book_approved,
        about=Statement(
            "入账已通过而未入账的行为，统计超时的审核",
            "Book approved actions that are not booked yet, count overdue reviews",
        ),
        late=Statement("积分晚到，归属日期不变", "Points come later, credited to their own day"),
    ),
    Job(
        name="offsets_waiting",
        rhythm=Every(5),
        run=_settle_waiting,
        about=Statement(
            "抵消池补充后按先后顺序完成等待中的抵消",
            "Settle offsets that waited for the pool's top-up, in order of arrival",
        ),
        late=Statement("抵消晚到，顺序不变", "Offsets come later, in the same order"),
    ),
    Job(
        name="offsets_done",
        rhythm=Every(MINUTE_S),
        run=lambda components: notify_of_offsets(components.database),
        about=Statement(
            "向已订阅者发送抵消完成通知", "Tell those who accepted a message that their offset is made"
        ),
        late=Statement(
            "证书已在手机上，消息晚到", "The certificate is on the phone; the message comes later"
        ),
    ),
    Job(
        name="photos",
        rhythm=Every(HOUR_S, offset_s=30 * MINUTE_S),
        run=_remove_photos,
        about=Statement(
            "删除到期的照片和已注销者的照片", "Remove photos past their time and of erased citizens"
        ),
        late=Statement(
            "照片保存超过承诺的期限：须查明原因", "Photos are kept longer than promised: find out why"
        ),
    ),
    Job(
        name="monthly_reports",
        rhythm=Monthly(1, offset_s=10 * HOUR_S),
        run=lambda components: notify_of_monthly_reports(components.database),
        about=Statement("通知月度报告已生成", "Tell active citizens that their monthly report is ready"),
        late=Statement(
            "报告随时可看，只是通知晚到", "The report can be read any time; only the notice is late"
        ),
    ),
    Job(
        name="leaderboards",
        rhythm=Every(MINUTE_S),
        run=_rebuild_boards,
        about=Statement("重新统计排行榜", "Count the leaderboards afresh"),
        late=Statement("排行榜显示较早的统计时间", "Leaderboards say an earlier time of counting"),
    ),
    Job(
        name="team_days",
        rhythm=Every(DAY_S, offset_s=3 * HOUR_S),
        run=_recount_teams,
        about=Statement("重新统计团队近期各日", "Count the teams' last weeks again, for what came in late"),
        late=Statement("补录的行为晚些计入团队", "Late evidence counts for its team a day later"),
    ),
    Job(
        name="medals",
        rhythm=Every(DAY_S, offset_s=8 * HOUR_S),
        run=_award_medals,
        about=Statement("颁发徽章并通知", "Award medals and notify their citizens"),
        late=Statement("查看徽章时仍会即时颁发", "A citizen who opens their medals is awarded them at once"),
    ),
    Job(
        name="log",
        rhythm=Every(10),
        run=_integrate_log,
        about=Statement(
            "把抵消、注销和报告封存进公开日志",
            "Integrate offsets, retirements and reports into the public log",
        ),
        late=Statement(
            "证书已有签名，入日志的证明晚到",
            "Certificates are signed; the proof that they are logged comes later",
        ),
    ),
    Job(
        name="log_thorough",
        rhythm=Every(HOUR_S, offset_s=45 * MINUTE_S),
        run=lambda components: _integrate_log(components, is_thorough=True),
        about=Statement("从头查找尚未入日志的记录", "Check the whole log for missing entries"),
        late=Statement("通常没有遗漏", "There is usually nothing to find"),
    ),
    Job(
        name="old_rows",
        rhythm=Every(MINUTE_S),
        run=lambda components: remove_old_rows(components.database),
        about=Statement("清除不再需要的旧记录", "Delete rows past their retention"),
        late=Statement("表变大，其他不受影响", "Tables grow; nothing else changes"),
    ),
)
