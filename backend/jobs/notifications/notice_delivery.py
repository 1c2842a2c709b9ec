"""Sends citizens' notices to their phones as WeChat subscribe messages: the outbox's kind `notice`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog

from backend.domain.community.consent_uses import MESSAGES_SENT
from backend.domain.community.policies import Policies
from backend.domain.notifications.notices import Unfit
from backend.jobs.job import Result, WorkerComponents
from backend.jobs.outbox import Outcome, Settled, Task, empty_outbox
from backend.messages.notifications.notice_kinds import NOTICE_KINDS
from backend.outside.wechat_messages import SubscribeMessages
from backend.storage.statements import write

log = structlog.get_logger(__name__)

DELIVERIES = {"sent": "sent", "refused": "refused", "dead": "failed"}


class NoticeCarrier:
    """Sends a notice to who consents, accepted a message and is known to WeChat; others stay in the inbox."""

    def __init__(
        self, policies: Policies, messages: SubscribeMessages | None, template_ids: Mapping[str, str]
    ) -> None:
        self._policies = policies
        self._messages = messages
        self._template_ids = template_ids

    async def carry(self, task: Task) -> Settled:
        template = _template(task)
        template_id = self._template_ids.get(template)
        if self._messages is None or not template_id:
            return Settled("done", note="inbox")
        terms = self._policies.terms(MESSAGES_SENT, datetime.now(UTC))
        rows = await write("begin_notice_delivery", task.citizen_id, _notice_id(task), template, *terms)
        if not rows or not rows[0]["may_send"] or rows[0]["openid"] is None:
            return Settled("done", note="inbox")
        row = rows[0]
        text = NOTICE_KINDS[row["kind"]]
        try:
            values = text.values(_decoded(row["facts"]), row["language"])
        except Unfit as error:
            return Settled("dead", f"does not fit: {error}", "failed")
        delivery = await self._messages.send_subscribe_message(
            row["openid"], template_id, text.page, values, row["language"]
        )
        if delivery.outcome == "again":
            return Settled("again", delivery.reason)
        # A citizen who refuses messages in WeChat is an end of the task, not a fault of ours.
        outcome: Outcome = "dead" if delivery.outcome == "dead" else "done"
        return Settled(outcome, delivery.reason or None, DELIVERIES[delivery.outcome])

    async def close(self, task: Task, settled: Settled) -> None:
        delivery = settled.note or "failed"
        await write("end_notice_delivery", task.citizen_id, _notice_id(task), _template(task), delivery)


async def deliver_notices(components: WorkerComponents) -> Result:
    """Send every notice in the outbox that is due."""
    carrier = NoticeCarrier(
        components.catalogue.policies, components.messages, components.settings.template_ids
    )
    return await empty_outbox(components.database, {"notice": carrier})


def _notice_id(task: Task) -> UUID:
    return UUID(task.body["notice_id"])


def _template(task: Task) -> str:
    return str(task.body["template"])


def _decoded(facts: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.json.decode(facts) if isinstance(facts, str) else facts
    return found
