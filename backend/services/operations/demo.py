"""The demo: an event that runs today, staff with known passwords, badges, retired credits, a cause.

It exists in demo mode alone, and every start adds what is missing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

from tortoise.expressions import Q

from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.domain.credits.products import GRAMS_PER_TONNE
from backend.domain.days import SHANGHAI
from backend.domain.encryption import Encryptor
from backend.domain.qr_codes import CodeKeys
from backend.errors import EventNotFound
from backend.ledger.facts.footprints import FootprintBook
from backend.messages.actions.reduction_claims import About, CauseRequest
from backend.messages.credits import CreditBatchRequest, PoolRequest
from backend.messages.events.events import BadgesRequest, EventRequest, GateRequest
from backend.messages.events.lifecycle import TransitionRequest
from backend.messages.events.members import CityMemberRequest, MemberRequest
from backend.messages.issuance import IssuanceBudgetRequest
from backend.messages.operations.health import DemoBadge
from backend.messages.partners import PartnerRequest
from backend.messages.shape import Bilingual
from backend.models import Badge, Cause, Event, IssuanceBudget, Partner, PartnerKey, Staff
from backend.models.keys import uuid7
from backend.services.actions import causes
from backend.services.badges import issue
from backend.services.credits import batches
from backend.services.events import application, credit_pools, lifecycle, members
from backend.services.events.events import find_event
from backend.services.identity.password_hashing import PASSWORDS
from backend.services.inventory.account import account_reader
from backend.services.issuance import budgets
from backend.services.operations.demo_organisations import (
    METRO,
    ensure_demo_hosts,
    ensure_demo_organisations,
    ensure_demo_partner_belongs,
)
from backend.services.operations.demo_projects import ensure_demo_project
from backend.services.operations.demo_rewards import ensure_demo_rewards
from backend.services.operations.demo_scenes import ensure_demo_scenes
from backend.services.partners import partners
from backend.services.verification.basis import verified_by
from backend.storage.database import Database
from backend.storage.statements import read
from backend.tenant import current_tenant

DEMO_SLUG = "demo"
DEMO_PASSWORD = "demo"  # noqa: S105 - known to everybody, in demo mode only
DEMO_STAFF = ("staff", "organiser", "operator", "regulator", "verifier")
DEMO_BADGES = 20_000
BADGES_PER_CALL = 1000
DEMO_GATES = (
    (1, "东门", "East gate"),
    (2, "南门", "South gate"),
    (3, "西门", "West gate"),
    (4, "地铁入口", "Metro entrance"),
)
# Two batches, so that a certificate may show an offset that crosses from one into the next.
DEMO_BATCHES = (
    ("cdcer", "龙泉山城市森林公园造林管护（演示）", 2024, 400, Decimal("35.00")),
    ("ccer", "川西并网光伏发电（演示）", 2024, 600, Decimal("67.60")),
)

DEMO_CAUSE = CauseRequest(
    slug="city-trees",
    name=Bilingual("为城市添一片林（演示）", "Trees for the city (demo)"),
    about=About(
        "捐给它的减排量公开累计，由赞助方据此在龙泉山城市森林公园认养林木。捐出后不再属于个人，也不能收回。",
        "What is given adds up in public, and a sponsor tends trees on Longquan Mountain in return. "
        "It is then nobody's own any more, and cannot be taken back.",
    ),
    reason="demo",
)

DEMO_CITY = Bilingual("成都", "Chengdu")


def demo_city() -> Bilingual:
    """The city that the demo plays in."""
    name = current_tenant().name
    return Bilingual(name["zh-CN"], name["en"]) if name else DEMO_CITY


def demo_event_name() -> tuple[str, str]:
    """What the demo's event is called: in Chengdu after the plain that it lies in, elsewhere after the city."""
    city = demo_city()
    return ("天府", "Tianfu") if city == DEMO_CITY else (city.zh, city.en)


def demo_budgets() -> tuple[IssuanceBudgetRequest, ...]:
    """The city pays for actions, the demo event's organiser for joining it."""
    city, (event_zh, event_en) = demo_city(), demo_event_name()
    return (
        IssuanceBudgetRequest(
            sponsor="city",
            name=Bilingual(f"{city.zh}市碳普惠积分（演示）", f"Points of the city of {city.en} (demo)"),
            total_points=5_000_000,
            yuan_per_point=0.01,
            reason="demo",
        ),
        IssuanceBudgetRequest(
            sponsor="event",
            event=DEMO_SLUG,
            name=Bilingual(
                f"{event_zh}绿色嘉年华积分（演示）", f"Points of {event_en} Green Carnival (demo)"
            ),
            total_points=1_000_000,
            yuan_per_point=0.02,
            reason="demo",
        ),
    )


DEMO_PARTNER = "demo-metro"
DEMO_PARTNER_KEY = "demo-metro-1"
DEMO_PARTNER_SECRET = "demo-metro-secret-that-everybody-knows"  # noqa: S105 - in demo mode only
DEMO_PARTNER_METHODS = ["brt", "bus", "metro"]


async def ensure_demo(database: Database, catalogue: Catalogue, codes: CodeKeys) -> None:
    """Create the demo's staff, event, badges and pool where they are missing."""
    for username in DEMO_STAFF:
        if not await Staff.exists(username=username):
            await Staff.create(username=username, role=username, password_hash=PASSWORDS.hash(DEMO_PASSWORD))
    # The event is the organiser's; credits are the operator's.
    organiser, operator = await Staff.get(username="organiser"), await Staff.get(username="operator")
    host = Principal(organiser.id, "organiser", uuid7())
    caller = Principal(operator.id, "operator", uuid7())
    await ensure_demo_organisations(caller)
    event = await Event.get_or_none(slug=DEMO_SLUG)
    if event is None:
        event = await _make_event(database, host, catalogue)
    duties = MemberRequest(username="staff", duties=["badges", "desk", "gate", "reviews"], reason="demo")
    await members.set_duties(database, host, DEMO_SLUG, duties)
    city = CityMemberRequest(username="staff", duties=["reviews", "complaints"], reason="demo")
    await members.set_city_duties(database, caller, city)
    await _open_budgets(database, caller)
    await _fill_pool(database, caller, event, catalogue)
    await ensure_demo_rewards(database, caller)
    await ensure_demo_scenes(database, caller)
    await ensure_demo_hosts(event, host)
    await ensure_demo_project(database, caller, catalogue.credits)
    await _open_cause(database, caller)
    while (count := await Badge.filter(event_id=event.id).count()) < DEMO_BADGES:
        request = BadgesRequest(count=min(BADGES_PER_CALL, DEMO_BADGES - count))
        await issue.issue_badges(database, caller, DEMO_SLUG, request, codes, "")


async def free_badge(database: Database, codes: CodeKeys) -> DemoBadge:
    """A badge of the demo event that nobody has scanned; drawn at random, so that two visitors rarely meet.

    Raises EventNotFound.
    """
    event = await find_event(DEMO_SLUG)
    rows = await read(database, "read_free_badge", event.id)
    if not rows:
        raise EventNotFound
    badge = issue.badge_view(event.code, rows[0]["serial"], None, codes, "")
    return DemoBadge(serial=badge.serial, url=badge.url)


async def ensure_demo_partner(database: Database, catalogue: Catalogue, encryptor: Encryptor) -> None:
    """Create the demo's partner and its key; the key is useless where `secret_keys` differ from the demo's."""
    partner = await Partner.get_or_none(code=DEMO_PARTNER)
    if partner is None:
        operator = await Staff.get(username="operator")
        await ensure_demo_organisations(Principal(operator.id, "operator", uuid7()))
        request = PartnerRequest(
            code=DEMO_PARTNER,
            name=Bilingual("天府地铁（演示）", "Tianfu Metro (demo)"),
            kind="metro",
            methods=DEMO_PARTNER_METHODS,
            organisation=METRO.code,
            reason="demo",
        )
        caller = Principal(operator.id, "operator", uuid7())
        await partners.create_partner(database, caller, request, catalogue)
        partner = await Partner.get(code=DEMO_PARTNER)
    await ensure_demo_partner_belongs(partner)
    if not await PartnerKey.exists(id=DEMO_PARTNER_KEY):
        now = datetime.now(UTC)
        await partners.store_key(partner, DEMO_PARTNER_KEY, DEMO_PARTNER_SECRET, now, encryptor)


async def demo_staff_with_known_password() -> list[str]:
    """User names of demo staff whose password is still the demo's."""
    found = await Staff.filter(username__in=DEMO_STAFF, disabled_at=None)
    return [staff.username for staff in found if PASSWORDS.verify(DEMO_PASSWORD, staff.password_hash)]


async def _make_event(database: Database, caller: Principal, catalogue: Catalogue) -> Event:
    # Open around the clock: whoever tries it in the evening may log what they do there.
    today = datetime.now(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    zh, en = demo_event_name()
    request = EventRequest(
        slug=DEMO_SLUG,
        name=Bilingual(f"{zh}绿色嘉年华（演示）", f"{en} Green Carnival (demo)"),
        kind="exhibition",
        city=demo_city().zh,
        starts_at=today.astimezone(UTC),
        ends_at=(today + timedelta(days=2, minutes=-1)).astimezone(UTC),
        boundary="extended",
        gates=[GateRequest(gate=gate, name=Bilingual(zh, en)) for gate, zh, en in DEMO_GATES],
    )
    await application.create_event(
        database, caller, request, catalogue, FootprintBook(catalogue), is_demo=True
    )
    step = TransitionRequest(to="running", note="demo")
    return await lifecycle.move_event(
        database,
        caller,
        DEMO_SLUG,
        step,
        catalogue=catalogue,
        account_of=account_reader(database, catalogue),
        verified_by=partial(verified_by, database),
        is_demo=True,
    )


async def _open_budgets(database: Database, caller: Principal) -> None:
    now = datetime.now(UTC)
    for request in demo_budgets():
        known = IssuanceBudget.filter(Q(closed_at=None) | Q(opened_by__isnull=False), sponsor=request.sponsor)
        if not await known.exists():
            await budgets.open_budget(database, caller, request, now)


async def _open_cause(database: Database, caller: Principal) -> None:
    if not await Cause.exists(slug=DEMO_CAUSE.slug):
        await causes.create_cause(database, caller, DEMO_CAUSE)


async def _fill_pool(database: Database, caller: Principal, event: Event, catalogue: Catalogue) -> None:
    if await credit_pools.list_pools(caller, event.slug):
        return
    for product, project, vintage, quantity_t, price in DEMO_BATCHES:
        request = CreditBatchRequest(
            product=product,  # type: ignore[arg-type]
            project_name=project,
            vintage=vintage,
            quantity_t=quantity_t,
            retirement_ref=f"DEMO-{product.upper()}-{vintage}",
            retired_on=datetime.now(SHANGHAI).date(),
            price_per_t=price,
        )
        batch = await batches.create_batch(
            database, caller, request, catalogue.credits, needs_confirmation=False
        )
        grams = quantity_t * GRAMS_PER_TONNE
        wanted = PoolRequest(batch_id=batch.id, grams=grams)
        await credit_pools.assign_to_pool(database, caller, event.slug, wanted, catalogue.credits)
