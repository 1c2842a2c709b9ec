"""The parts of a running server process, put together by backend.app and handed to every request."""

from __future__ import annotations

from dataclasses import dataclass

from backend.auth import RevokedSessions, Tokens
from backend.catalogue import Catalogue
from backend.domain.codes import CodeKeys
from backend.domain.knowledge import Knowledge
from backend.ledger.batch import Ledger
from backend.ledger.queue import LedgerQueue
from backend.outside.content_store import ContentStore
from backend.services.badge_imports import BadgeImports
from backend.services.badge_prints import BadgePrints
from backend.services.badges import BadgeDesk
from backend.services.community import Community
from backend.services.devices import Devices
from backend.services.directory import EventDirectory
from backend.services.downloads import Downloads
from backend.services.gate_bundles import Bundles
from backend.services.gate_door import GateDoor
from backend.services.live import LiveEvents
from backend.services.mini_codes import MiniCodes
from backend.services.partner_door import PartnerDoor
from backend.services.partner_intake import PartnerIntake
from backend.services.photos import Photos
from backend.services.pictures import Pictures
from backend.services.scene_directory import SceneDirectory
from backend.services.sessions import Sessions
from backend.services.staff import StaffDoor
from backend.services.steps import StepSync
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.redis import Counts


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    catalogue: Catalogue
    database: Database
    counts: Counts
    tokens: Tokens
    revoked: RevokedSessions
    sessions: Sessions
    staff_door: StaffDoor
    codes: CodeKeys
    directory: EventDirectory
    ledger: Ledger
    queue: LedgerQueue
    live: LiveEvents
    partner_door: PartnerDoor
    gate_door: GateDoor
    bundles: Bundles
    intake: PartnerIntake
    steps: StepSync
    knowledge: Knowledge
    scenes: SceneDirectory
    content: ContentStore
    photos: Photos
    devices: Devices
    community: Community
    pictures: Pictures
    badges: BadgeDesk
    badge_prints: BadgePrints
    badge_imports: BadgeImports
    downloads: Downloads
    mini_codes: MiniCodes | None
    """None: no mini-program is set up."""
