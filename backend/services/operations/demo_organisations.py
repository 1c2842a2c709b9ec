"""The demo's organisations, all fictional: who organises its event, its merchants, its partner, its verifier.

Their unified social credit codes have a right last character and belong to nobody: the region 999999 does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from backend.auth import Principal
from backend.domain.days import day_of
from backend.domain.organisations.credit_code import check_character
from backend.models import (
    Event,
    EventOrganisation,
    Merchant,
    Organisation,
    OrganisationLicence,
    OrganisationMember,
    Partner,
    Staff,
)

REASON = "demo"


@dataclass(frozen=True)
class DemoOrganisation:
    first: str
    """The first seventeen characters of its code."""
    kinds: tuple[str, ...]
    zh: str
    en: str
    owner: str | None = None
    """The user name of a member of the demo's staff."""

    @property
    def code(self) -> str:
        return self.first + check_character(self.first)


ORGANISER = DemoOrganisation(
    "91999999MADEMA001", ("event_organiser",), "天府会展（演示）", "Tianfu Exhibitions (demo)", "organiser"
)
VERIFIER = DemoOrganisation(
    "91999999MADEMA002", ("verifier",), "蜀山核查（演示）", "Shushan Verification (demo)", "verifier"
)
CO_HOST = DemoOrganisation(
    "91999999MADEMA003",
    ("event_organiser", "association"),
    "绿色出行协会（演示）",
    "Green Travel Association (demo)",
)
METRO = DemoOrganisation("91999999MADEMA004", ("partner",), "天府地铁（演示）", "Tianfu Metro (demo)")
TEAHOUSE = DemoOrganisation(
    "91999999MADEMA005", ("merchant",), "人民公园盖碗茶（演示）", "People's Park tea house (demo)"
)
MARKET = DemoOrganisation(
    "91999999MADEMA006", ("merchant",), "玉林绿色超市（演示）", "Yulin green market (demo)"
)
ALL = (ORGANISER, VERIFIER, CO_HOST, METRO, TEAHOUSE, MARKET)
OF_MERCHANTS = {"demo-teahouse": TEAHOUSE, "demo-market": MARKET}


async def ensure_demo_organisations(operator: Principal) -> None:
    """Enter the demo's organisations with their owners, where they are missing."""
    for each in ALL:
        found = await Organisation.get_or_none(code=each.code)
        if found is None:
            found = await Organisation.create(
                code=each.code,
                kinds=list(each.kinds),
                name_zh=each.zh,
                name_en=each.en,
                city="成都",
                state="active",
                reviewed_by=operator.id,
                reviewed_at=datetime.now(UTC),
            )
        owner = None if each.owner is None else await Staff.get_or_none(username=each.owner)
        if owner is not None:
            await _own(found, owner)


async def _own(organisation: Organisation, owner: Staff) -> None:
    held = OrganisationMember.filter(organisation_id=organisation.id, staff_id=owner.id, removed_at=None)
    if not await held.exists():
        await OrganisationMember.create(
            organisation_id=organisation.id, staff_id=owner.id, duty="owner", added_by=owner.id
        )
    if "verifier" not in organisation.kinds or await OrganisationLicence.exists(
        organisation_id=organisation.id
    ):
        return
    operator = await Staff.get(username="operator")
    now = datetime.now(UTC)
    await OrganisationLicence.create(
        organisation_id=organisation.id,
        kind="verification",
        number="DEMO-V-001",
        issuer="四川省生态环境厅（演示）",
        valid_from=day_of(now),
        added_by=owner.id,
        confirmed_by=operator.id,
        confirmed_at=now,
    )


async def ensure_demo_hosts(event: Event, organiser: Principal) -> None:
    """Have the demo's organisations host its event and be what its merchants and its partner belong to."""
    if not await EventOrganisation.exists(event_id=event.id):
        host = await Organisation.get(code=ORGANISER.code)
        await EventOrganisation.create(
            event_id=event.id, organisation_id=host.id, part="host", added_by=organiser.id
        )
    for code, belongs_to in OF_MERCHANTS.items():
        await _belong(await Merchant.get_or_none(code=code), belongs_to)


async def ensure_demo_partner_belongs(partner: Partner) -> None:
    await _belong(partner, METRO)


async def _belong(row: Merchant | Partner | None, to: DemoOrganisation) -> None:
    found = await Organisation.get_or_none(code=to.code)
    if row is None or found is None or row.organisation_id == found.id:
        return
    await type(row).filter(id=row.id).update(organisation_id=found.id)
