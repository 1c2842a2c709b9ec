"""Names that others see: checked before they are taken, reported by anybody, decided on by staff."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.auth import Principal
from backend.catalogue.names import refused_names
from backend.domain.certificates.number import read_certificate_number
from backend.domain.folding import folded
from backend.domain.security.names import sounds_official
from backend.errors.security import (
    NameNotFound,
    NameRefused,
    NameReportDecided,
    NameReportNotFound,
    NameReportOfOwn,
)
from backend.messages.security import NameDecisionRequest, NameReportRequest, NameReportView
from backend.messages.shape import Page, view_of
from backend.models import CertificateName, Identity, NameReport, Organisation, StaffCitizen, Team
from backend.models.keys import parse_uuid, read_id, uuid7
from backend.outside.wechat_contents import ContentCheck
from backend.services.security.records import record_security
from backend.storage.database import Database
from backend.storage.statements import write
from backend.texts import LANGUAGES, say


class NameCheck:
    """Refuses names that sound official, and what WeChat would not show where WeChat is connected."""

    def __init__(self, contents: ContentCheck | None) -> None:
        self._contents = contents

    async def check(self, citizen_id: UUID, name: str, bearers: Sequence[str] = ()) -> None:
        """Whether a citizen may call something so, who bears or bore names that staff may have taken away.

        `bearers` are subjects of reports: a certificate's number, ids of teams. Call it outside of a transaction:
        WeChat may take its time. Raises NameRefused.
        """
        rules = refused_names()
        if sounds_official(name, rules.parts, rules.words, rules.spelled):
            raise NameRefused
        if bearers:
            removed = await NameReport.filter(subject__in=list(bearers), decision="removed")
            if folded(name) in {folded(each.name) for each in removed}:
                raise NameRefused
        if self._contents is None:
            return
        # One of them: an account may have bound two phones' WeChat.
        identity = (
            await Identity.filter(citizen_id=citizen_id, provider="wechat").order_by("created_at").first()
        )
        if identity is not None and await self._contents.is_risky(identity.subject, name):
            raise NameRefused


async def report_name(request: NameReportRequest, reporter_id: UUID | None) -> None:
    """Report a name as it stands now; one that is reported already is not reported twice. Raises NameNotFound."""
    subject, name = await _find(request.kind, request.subject)
    values = (request.kind, subject, name, request.why, request.note, reporter_id)
    await write("store_name_report", uuid7(), *values)


async def list_reports(limit: int, cursor: UUID | None) -> Page[NameReportView]:
    """Reports that nobody has decided on yet, oldest first."""
    rows = NameReport.filter(decision=None)
    if cursor is not None:
        rows = rows.filter(id__gt=cursor)
    found = await rows.order_by("id").limit(limit + 1)
    return Page.of(found, limit, lambda row: view_of(NameReportView, row, id=str(row.id)))


async def decide_report(
    database: Database, staff: Principal, report_id: str, request: NameDecisionRequest, at: datetime
) -> None:
    """Take a reported name away, or leave it. Raises NameReportNotFound, NameReportDecided, NameReportOfOwn."""
    id_ = read_id(report_id, NameReportNotFound)
    async with database.transaction():
        report = await NameReport.select_for_update().get_or_none(id=id_)
        if report is None:
            raise NameReportNotFound
        if report.decided_at is not None:
            raise NameReportDecided
        if await StaffCitizen.exists(staff_id=staff.id, citizen_id=await _owner_of(report)):
            raise NameReportOfOwn
        await NameReport.filter(id=id_).update(
            decision=request.decision, decided_at=at, decided_by=staff.id, reason=request.reason
        )
        if request.decision == "removed":
            await _remove(report)
        subject = f"{report.kind} {report.subject}: {request.decision}"
        await record_security("name_decided", actor_id=staff.id, subject=subject, reason=request.reason)


async def export_reports(citizen_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Names that a citizen reported, for the export of their data (PIPL art. 45), without who decided."""
    return {
        "name_reports": await NameReport.filter(reporter_id=citizen_id)
        .order_by("id")
        .values("kind", "subject", "name", "why", "note", "created_at", "decision", "decided_at")
    }


async def forget_reports(citizen_ids: list[UUID], team_ids: list[UUID]) -> int:
    """Delete reports of the names of a citizen who is erased, and take them off those that they made.

    Call it inside the transaction that erases, with their companions and the teams that they left. Returns how many
    reports there were.
    """
    (row,) = await write("forget_name_reports", citizen_ids, team_ids)
    removed: int = row["removed"]
    return removed


async def _find(kind: str, subject: str) -> tuple[str, str]:
    """What bears a name, and the name."""
    if kind == "certificate":
        named = await CertificateName.get_or_none(certificate_number=read_certificate_number(subject) or "")
        if named is not None:
            return named.certificate_number, named.name
        raise NameNotFound
    try:
        team = await Team.get_or_none(id=parse_uuid(subject))
    except ValueError:
        team = None
    if team is None:
        raise NameNotFound
    return str(team.id), team.name


async def _owner_of(report: NameReport) -> UUID | None:
    """Who gave the name; None where what bore it is gone."""
    if report.kind == "certificate":
        named = await CertificateName.get_or_none(certificate_number=report.subject)
        return None if named is None else named.citizen_id
    team = await Team.get_or_none(id=report.subject)
    return None if team is None else team.owner_id


async def _remove(report: NameReport) -> None:
    """Only the name that was reported: one that was changed meanwhile is another one."""
    if report.kind == "certificate":
        await CertificateName.filter(certificate_number=report.subject, name=report.name).delete()
        return
    digest = hashlib.blake2b(report.subject.encode(), digest_size=8, person=b"tianfu-team").digest()
    number = f"{int.from_bytes(digest, 'big') % 10_000:04}"
    unnamed = " ".join(say(language, "team.unnamed", number=number) for language in LANGUAGES)
    await Team.filter(id=report.subject, name=report.name).update(name=unnamed)
    for team in await Team.filter(id=report.subject):
        applied = Organisation.filter(id=team.organisation_id, state="applied", name_zh=report.name)
        await applied.update(name_zh=unnamed, name_en=unnamed)
