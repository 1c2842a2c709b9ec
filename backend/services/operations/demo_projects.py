"""A demonstration project of the demo: a bamboo forest on Longquan Mountain that is planted and not issued yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from backend.auth import Principal
from backend.domain.credits.products import CreditRules
from backend.messages.credits import PlantingRequest, ProjectRequest, ScheduleStep
from backend.messages.shape import Bilingual
from backend.models import Project
from backend.services.credits.projects import create_project, record_planting
from backend.storage.database import Database

DEMO_PROJECT = ProjectRequest(
    code="longquan-bamboo-demo",
    name=Bilingual("龙泉山碳中和竹林（演示）", "Bamboo forest on Longquan Mountain (demo)"),
    product="forest_grass_sink",
    category="forestry",
    location="成都市龙泉驿区",
    is_ex_ante=True,
    species="慈竹",
    area_ha=Decimal("12.50"),
    schedule=[ScheduleStep(due=date(2031, 12, 31), what=Bilingual("首次核查", "First verification"))],
    barrier="longquan",
    is_demonstration=True,
    planned_t=900,
    reason="demo",
)
DEMO_PLANTING = PlantingRequest(
    kind="planted",
    day=date(2026, 3, 12),
    species="慈竹",
    plants=6000,
    area_ha=Decimal("12.50"),
    reason="demo",
)


async def ensure_demo_project(database: Database, caller: Principal, rules: CreditRules) -> None:
    """Enter the demo's project with its planting where it is missing."""
    if await Project.exists(code=DEMO_PROJECT.code):
        return
    await create_project(database, caller, DEMO_PROJECT, rules)
    await record_planting(database, caller, DEMO_PROJECT.code, DEMO_PLANTING, rules)
