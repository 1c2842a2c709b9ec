"""The parts of a running server process, put together by backend.assembly and handed to every request."""

from __future__ import annotations

from dataclasses import dataclass

from backend.auth import RevokedSessions, Tokens
from backend.catalogue import Catalogue
from backend.domain.qr_codes import CodeKeys
from backend.domain.request_digests import RequestDigests
from backend.ledger.batch import Ledger
from backend.ledger.queue import LedgerQueue
from backend.outside.content_store import ContentStore
from backend.outside.signer import Signer
from backend.services.account.guest_release import GuestReleases
from backend.services.account.merges import AccountMoves
from backend.services.actions.log_action import Actions
from backend.services.actions.photos import Photos
from backend.services.actions.scenes import SceneAdministration
from backend.services.actions.werun_steps import StepSync
from backend.services.badges.badges import BadgeAdministration
from backend.services.badges.csv_import import BadgeImports
from backend.services.badges.print_files import BadgePrints
from backend.services.community.community import Community
from backend.services.community.content import Content
from backend.services.community.editions import Editions
from backend.services.complaints.complaints import Complaints
from backend.services.disclosure.statistics import Statistics
from backend.services.events.event_cache import EventCache
from backend.services.events.live_counts import LiveEvents
from backend.services.events.pool_supervision import PoolSupervision
from backend.services.feeds.feed import CreditFeed
from backend.services.gates.device_auth import DeviceAuthenticator
from backend.services.gates.offline_bundle import OfflineBundles
from backend.services.identity.own_ways import CitizenSignIn
from backend.services.identity.sessions import Sessions
from backend.services.identity.staff_administration import StaffAdministration
from backend.services.identity.staff_security import StaffSecurity
from backend.services.identity.staff_sign_in import StaffAuthenticator
from backend.services.imports.table_files import TableFiles
from backend.services.minors.children import Guardians
from backend.services.operations.download_slots import Downloads
from backend.services.operations.drawings import Drawings
from backend.services.operations.features import Features
from backend.services.organisations.invitations import Invitations
from backend.services.organisations.registration import Registrations
from backend.services.partners.report_intake import PartnerIntake
from backend.services.partners.request_auth import PartnerAuthenticator
from backend.services.search.search import Search
from backend.services.security.names import NameCheck
from backend.services.security.records import SecurityNotes
from backend.services.venue.code_lookup import CodeLookup
from backend.services.venue.posters import PosterAdministration
from backend.services.venue.scans import Scans
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.redis import Counts


@dataclass(frozen=True, slots=True)
class Components:
    settings: Settings
    catalogue: Catalogue
    database: Database
    counts: Counts
    tokens: Tokens
    revoked: RevokedSessions
    sessions: Sessions
    citizen_sign_in: CitizenSignIn
    staff_authenticator: StaffAuthenticator
    staff_security: StaffSecurity
    staff_administration: StaffAdministration
    codes: CodeKeys
    request_digests: RequestDigests
    event_cache: EventCache
    posters: PosterAdministration
    scans: Scans
    actions: Actions
    code_lookup: CodeLookup
    ledger: Ledger
    queue: LedgerQueue
    live: LiveEvents
    pool_supervision: PoolSupervision
    partner_authenticator: PartnerAuthenticator
    device_authenticator: DeviceAuthenticator
    bundles: OfflineBundles
    intake: PartnerIntake
    steps: StepSync
    scenes: SceneAdministration
    editions: Editions
    articles: Content
    content: ContentStore
    photos: Photos
    community: Community
    drawings: Drawings
    complaints: Complaints
    badges: BadgeAdministration
    badge_prints: BadgePrints
    badge_imports: BadgeImports
    table_files: TableFiles
    downloads: Downloads
    security: SecurityNotes
    signer: Signer
    names: NameCheck
    guardians: Guardians
    account_moves: AccountMoves
    guest_releases: GuestReleases
    search: Search
    credit_feed: CreditFeed
    statistics: Statistics
    features: Features
    registrations: Registrations
    invitations: Invitations
