"""Features by city and phase: each process asks once a second which switches hold; two operators change one."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue.features import load_features
from backend.domain.catalogue.city_names import Cities
from backend.domain.days import day_of
from backend.domain.operations.features import Switch, Switches, is_in_pilot
from backend.errors import InvalidBody, NotFound
from backend.errors.operations import (
    FeatureLimitReached,
    FeatureNotFound,
    OwnSwitch,
    SwitchDecided,
    SwitchNotFound,
    SwitchWaits,
)
from backend.messages.operations.features import FeatureView, SwitchDecisionRequest, SwitchRequest, SwitchView
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import FeatureSwitch
from backend.models.keys import read_id, uuid7
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.persons import is_another_person
from backend.storage.database import Database, constraint_of
from backend.storage.redis_quotas import Quota, Quotas
from backend.storage.statements import read

DAY_S = 86_400
SWITCHES_SHOWN = 20


class Features:
    """What is open here, as this process knows it; an off feature's routes are not there."""

    def __init__(self, database: Database, quotas: Quotas, city: str) -> None:
        self._database = database
        self._quotas = quotas
        self._city = city
        self._switches: Switches | None = None

    async def load(self) -> None:
        """Read the switches in force; every process does once a second."""
        rows = await read(self._database, "read_feature_switches")
        self._switches = Switches(Switch(**row) for row in rows)

    async def open(self, feature: str) -> Switch:
        """The switch that holds here. Raises NotFound where it is off; before they are known it waits for them."""
        if self._switches is None:
            await self.load()
        assert self._switches is not None
        found = self._switches.of(feature, self._city)
        if found.phase == "off":
            raise NotFound
        return found

    async def admit(self, switch: Switch, caller: Principal | None, now: datetime, *, is_use: bool) -> None:
        """Let in whom a pilot is for, as often as it allows. Raises NotFound, FeatureLimitReached."""
        if switch.people_pct is not None and (
            caller is None or not is_in_pilot(switch.feature, caller.id, switch.people_pct)
        ):
            raise NotFound
        if switch.uses_per_day_max is not None and is_use:
            name = f"feature {switch.feature} {self._city} {day_of(now)}"
            wait_s = await self._quotas.take([Quota(name, DAY_S, switch.uses_per_day_max)])
            if wait_s:
                raise FeatureLimitReached(retry_after_s=wait_s, uses_max=switch.uses_per_day_max)

    async def decide(
        self, staff: Principal, id_text: str, request: SwitchDecisionRequest, *, is_demo: bool
    ) -> FeatureView:
        """Confirm a proposed switch, by another operator than who proposed it, or withdraw it.

        In force in this process at once, in the others within two seconds.
        Raises SwitchNotFound, SwitchDecided, OwnSwitch.
        """
        async with self._database.transaction():
            switch = (
                await FeatureSwitch.filter(id=read_id(id_text, SwitchNotFound))
                .select_for_update()
                .get_or_none()
            )
            if switch is None:
                raise SwitchNotFound
            if switch.decided_at is not None:
                raise SwitchDecided
            if request.decision == "confirmed" and not is_demo:
                await _check_second_person(staff, switch.proposed_by)
            await FeatureSwitch.filter(id=switch.id).update(
                decision=request.decision, decided_by=staff.id, decided_at=datetime.now(UTC)
            )
            await record(
                staff,
                "feature.confirm" if request.decision == "confirmed" else "feature.withdraw",
                switch.feature,
                reason=request.reason,
                after={"city": switch.city, "phase": switch.phase},
            )
        await self.load()
        return await show_feature(switch.feature)


async def _check_second_person(staff: Principal, proposed_by: UUID) -> None:
    """Raises OwnSwitch for who proposed, under this or another account of theirs."""
    if not await is_another_person(staff.id, [proposed_by]):
        raise OwnSwitch


async def propose_switch(
    database: Database, staff: Principal, cities: Cities, feature: str, request: SwitchRequest
) -> FeatureView:
    """Propose another phase of a feature in a city. Raises FeatureNotFound, InvalidBody, UnknownCity, SwitchWaits."""
    known = load_features().get(feature)
    if known is None:
        raise FeatureNotFound
    limits = {name: getattr(request, name) for name in ("people_pct", "uses_per_day_max")}
    told = [name for name, value in limits.items() if value is not None]
    if request.phase == "pilot" and not told:
        raise InvalidBody.at(f"/{known.pilot[0]}", "missing")
    for name in told:
        if request.phase != "pilot" or name not in known.pilot:
            raise InvalidBody.at(f"/{name}", "not_of_this_phase")
    city = None if request.city is None else cities.choose(request.city, of="event").name["zh-CN"]
    try:
        async with database.transaction():
            await FeatureSwitch.create(
                id=uuid7(),
                feature=feature,
                city=city,
                phase=request.phase,
                reason=request.reason,
                proposed_by=staff.id,
                **limits,
            )
            await record(
                staff,
                "feature.propose",
                feature,
                reason=request.reason,
                after={"city": city, "phase": request.phase} | limits,
            )
    except IntegrityError as error:
        if constraint_of(error) == "feature_switches_one_waiting":
            raise SwitchWaits from error
        raise
    return await show_feature(feature)


async def list_features() -> Page[FeatureView]:
    """Every feature with its switches, the newest first."""
    switches: defaultdict[str, list[FeatureSwitch]] = defaultdict(list)
    for row in await FeatureSwitch.all().order_by("-id"):
        switches[row.feature].append(row)
    names = await usernames(
        by for rows in switches.values() for row in rows for by in (row.proposed_by, row.decided_by) if by
    )
    return Page(
        [
            FeatureView(
                code=code,
                name=Bilingual(feature.name["zh-CN"], feature.name["en"]),
                pilot=list(feature.pilot),
                switches=[_switch_view(row, names) for row in switches[code][:SWITCHES_SHOWN]],
            )
            for code, feature in load_features().items()
        ]
    )


async def show_feature(code: str) -> FeatureView:
    """A feature with its switches."""
    return next(each for each in (await list_features()).items if each.code == code)


def _switch_view(row: FeatureSwitch, names: dict[UUID, str]) -> SwitchView:
    return view_of(
        SwitchView,
        row,
        id=str(row.id),
        proposed_by=names[row.proposed_by],
        decided_by=None if row.decided_by is None else names[row.decided_by],
    )
