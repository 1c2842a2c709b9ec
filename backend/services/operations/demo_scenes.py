"""The demo's certified scenes, one of each kind; all of them are invented."""

from __future__ import annotations

from backend.auth import Principal
from backend.messages.actions.scenes import SceneRequest
from backend.messages.shape import Bilingual
from backend.models import Scene
from backend.services.actions.scenes import create_scene
from backend.storage.database import Database

DISTRICT = "演示区"
DEMO_SCENES = (
    ("restaurant", "青竹餐厅（演示）", "Green Bamboo Restaurant (demo)", 5, "A"),
    ("hotel", "锦里客栈（演示）", "Jinli Inn (demo)", 4, None),
    ("scenic_area", "雪山观景台（演示）", "Snow Mountain Lookout (demo)", 5, "A"),
    ("shop", "蜀锦超市（演示）", "Shujin Supermarket (demo)", None, "B"),
)


async def ensure_demo_scenes(database: Database, operator: Principal) -> None:
    """Create the demo's scenes where they are missing."""
    known = {scene.name_zh for scene in await Scene.filter(district=DISTRICT)}
    for kind, zh, en, stars, grade in DEMO_SCENES:
        if zh not in known:
            request = SceneRequest(
                kind=kind,  # type: ignore[arg-type]
                name=Bilingual(zh, en),
                district=DISTRICT,
                stars=stars,
                grade=grade,  # type: ignore[arg-type]
                reason="demo",
            )
            await create_scene(database, operator, request)
