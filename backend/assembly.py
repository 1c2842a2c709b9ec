"""Puts together the parts of a server process: the only place that knows them all."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType
from typing import TypedDict

from backend.auth import RevokedSessions, Tokens
from backend.catalogue import Catalogue
from backend.components import Components
from backend.domain.community.knowledge import Knowledge
from backend.domain.identity.second_factors import REQUIRED_FOR
from backend.domain.identity.sign_in_codes import SignInDigests
from backend.domain.qr_codes import CodeKeys
from backend.domain.request_digests import RequestDigests
from backend.infrastructure import Infrastructure, open_infrastructure
from backend.jobs.process_upkeep import ProcessUpkeep
from backend.outside.content_s3 import BucketBlobStore
from backend.outside.content_store import BlobStore, ContentStore, FolderBlobStore
from backend.outside.drawn_files import DrawnFiles
from backend.outside.photo_files import PhotoFiles
from backend.outside.refusals import IdentityCodeInvalid, WeChatCodeInvalid
from backend.outside.signer import Signer
from backend.outside.wechat_codes import MiniProgramCodes
from backend.outside.wechat_contents import ContentCheck
from backend.outside.workshop.process import Limits
from backend.outside.workshop.workshop import Workshop
from backend.services.account.guest_release import GuestReleases
from backend.services.account.merges import AccountMoves
from backend.services.actions.device_velocity import Devices
from backend.services.actions.log_action import Actions
from backend.services.actions.photos import Photos
from backend.services.actions.scene_cache import SceneCache
from backend.services.actions.scenes import SceneAdministration
from backend.services.actions.werun_steps import DEMO_APPID, StepSync
from backend.services.anomalies import Anomalies
from backend.services.badges.badges import BadgeAdministration
from backend.services.badges.csv_import import BadgeImports
from backend.services.badges.mini_program_codes import MiniCodes
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
from backend.services.identity.addresses import Addresses
from backend.services.identity.citizen_passkeys import CitizenPasskeys, PasskeyWay
from backend.services.identity.guests import BadgeWay
from backend.services.identity.known_devices import KnownDevices
from backend.services.identity.own_ways import CitizenSignIn, OwnWays
from backend.services.identity.passkeys import Passkeys
from backend.services.identity.provider_throttle import WRONG_WINDOW_S, ProviderThrottle
from backend.services.identity.redirect_ways import OidcWay, WeChatWebWay
from backend.services.identity.second_factors import SecondFactors
from backend.services.identity.sessions import Sessions
from backend.services.identity.sign_in_codes import CodeWay, SignInCodes
from backend.services.identity.sign_in_states import STATE_LIFE_S, SignInStates
from backend.services.identity.staff_administration import StaffAdministration
from backend.services.identity.staff_security import StaffSecurity
from backend.services.identity.staff_sign_in import FAILURE_WINDOW_S, StaffAuthenticator
from backend.services.identity.ways_in import DemoWay, MiniProgramWay, WayIn
from backend.services.imports.table_files import TableFiles
from backend.services.minors.children import Guardians
from backend.services.notifications.way_changes import notify_of_way
from backend.services.operations.download_slots import Downloads
from backend.services.operations.drawings import Drawings
from backend.services.operations.features import Features
from backend.services.organisations.invitations import Invitations
from backend.services.organisations.registration import Registrations
from backend.services.partners.report_intake import PartnerIntake
from backend.services.partners.request_auth import PartnerAuthenticator
from backend.services.scanned_place import ScannedPlaces
from backend.services.search.search import Search
from backend.services.security.names import NameCheck
from backend.services.security.records import SecurityNotes
from backend.services.venue.code_lookup import CodeLookup
from backend.services.venue.poster_cache import PosterCache
from backend.services.venue.posters import PosterAdministration
from backend.services.venue.scans import Scans
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.redis_access_tokens import AccessTokenCache
from backend.storage.redis_failures import FailureCounts
from backend.storage.redis_patterns import Patterns
from backend.storage.redis_photo_attempts import PhotoAttempts
from backend.storage.redis_quotas import Quotas
from backend.storage.redis_session_keys import SessionKeys
from backend.storage.redis_used_states import UsedStates
from backend.storage.redis_velocity import DeviceVelocity
from backend.texts import say

FILE_WALL_S = 45.0
"""What reading a table file may take while others have the processor; a proxy waits a minute."""


@asynccontextmanager
async def open_components(
    settings: Settings, catalogue: Catalogue, knowledge: Knowledge
) -> AsyncIterator[Components]:
    """Everything a server process holds, opened in order and closed in the opposite one."""
    async with (
        open_infrastructure(settings, catalogue, pool_size_max=settings.pool_size_max) as infrastructure,
        _open_serving(settings, catalogue, knowledge, infrastructure) as components,
    ):
        yield components


@asynccontextmanager
async def _open_serving(
    settings: Settings, catalogue: Catalogue, knowledge: Knowledge, infrastructure: Infrastructure
) -> AsyncIterator[Components]:
    database, redis, counts = infrastructure.database, infrastructure.redis, infrastructure.counts
    queue, tokens, revoked = infrastructure.queue, _tokens(settings), RevokedSessions()
    codes, digests = CodeKeys(settings.keys("code_keys")), RequestDigests(settings.keys("secret_keys"))
    badge_imports = _badge_imports(settings, infrastructure)
    session_keys = SessionKeys(redis, infrastructure.encryptor)
    appid = settings.wechat_appid or (DEMO_APPID if settings.is_demo else "")
    events, posters, scenes = EventCache(), PosterCache(), SceneCache()
    guests = BadgeWay(database, codes, events.of_code)
    sessions, citizen_sign_in = _sessions(settings, infrastructure, tokens, revoked, session_keys, guests)
    authenticator, staff_security, administration = _staff(settings, infrastructure, sessions)
    live_events = _live_events(settings, infrastructure)
    security = SecurityNotes()
    features = _features(settings, catalogue, infrastructure)
    editions = Editions(database, catalogue, knowledge)
    upkeep = _upkeep(settings, catalogue, infrastructure, sessions, security, features, editions)
    device_authenticator = DeviceAuthenticator(database)
    places = ScannedPlaces(codes, events, posters, scenes)
    photos, drawings = _photos(settings, infrastructure), _drawings(settings)
    devices, anomalies = _watchers(settings, DeviceVelocity(redis), Patterns(redis))
    steps, footprints, community = (
        StepSync(database, queue, session_keys, devices, appid),
        infrastructure.ledger.footprints,
        Community.open(catalogue, redis),
    )
    forgetting = (database, footprints, community, steps, photos, revoked)
    _end_streams_on_sigterm(live_events)
    upkeep.start()
    try:
        yield Components(
            settings=settings,
            catalogue=catalogue,
            database=database,
            counts=counts,
            tokens=tokens,
            revoked=revoked,
            sessions=sessions,
            citizen_sign_in=citizen_sign_in,
            staff_authenticator=authenticator,
            staff_security=staff_security,
            staff_administration=administration,
            codes=codes,
            request_digests=digests,
            event_cache=events,
            posters=PosterAdministration(database, codes, posters, settings.public_base),
            scans=Scans(database, queue, places, footprints),
            actions=Actions(catalogue, queue, places, photos, devices, anomalies),
            code_lookup=CodeLookup(database, codes, places, footprints, catalogue, settings.public_base),
            ledger=infrastructure.ledger,
            queue=queue,
            live=live_events,
            pool_supervision=PoolSupervision(database, live_events, footprints),
            partner_authenticator=PartnerAuthenticator(database, infrastructure.encryptor),
            device_authenticator=device_authenticator,
            bundles=OfflineBundles(database, device_authenticator, CodeKeys(settings.keys("code_keys"))),
            intake=_partner_intake(settings, catalogue, infrastructure, anomalies, digests),
            steps=steps,
            editions=editions,
            articles=Content(database, catalogue, editions),
            scenes=SceneAdministration(database, catalogue, codes, scenes, settings.public_base),
            content=_content_store(settings),
            photos=photos,
            community=community,
            drawings=drawings,
            complaints=Complaints(database, infrastructure.encryptor, redis),
            badges=_badges(settings, infrastructure, codes, badge_imports.files),
            table_files=badge_imports.files,
            badge_prints=_badge_prints(settings, database, codes),
            badge_imports=badge_imports,
            downloads=Downloads(),
            security=security,
            names=_name_check(settings, infrastructure),
            signer=Signer(settings.signer_path),
            guardians=Guardians.open(*forgetting, settings.public_base, redis),
            account_moves=AccountMoves.open(*forgetting[:4], queue, tokens, revoked, redis),
            guest_releases=GuestReleases(database, footprints, revoked),
            search=Search(database),
            credit_feed=CreditFeed(database, settings),
            statistics=Statistics(database),
            features=features,
            **_organisations(settings, catalogue, infrastructure),
        )
    finally:
        await badge_imports.stop()
        await drawings.stop()
        await photos.stop()
        await upkeep.stop()
        await live_events.stop()


def _features(settings: Settings, catalogue: Catalogue, infrastructure: Infrastructure) -> Features:
    """Raises UnknownCity where the setting names no city of the catalogue."""
    city = catalogue.cities.choose(settings.city, of="event").name["zh-CN"]
    return Features(infrastructure.database, Quotas(infrastructure.redis), city)


def _upkeep(
    settings: Settings,
    catalogue: Catalogue,
    infrastructure: Infrastructure,
    sessions: Sessions,
    security: SecurityNotes,
    features: Features,
    editions: Editions,
) -> ProcessUpkeep:
    return ProcessUpkeep(
        infrastructure.database,
        sessions,
        infrastructure.publisher,
        catalogue,
        security,
        features,
        editions,
        reconcile_s=settings.reconcile_s,
    )


class _Organisations(TypedDict):
    registrations: Registrations
    invitations: Invitations


def _organisations(
    settings: Settings, catalogue: Catalogue, infrastructure: Infrastructure
) -> _Organisations:
    """How organisations come, and who comes to them."""
    database, redis, base = infrastructure.database, infrastructure.redis, settings.public_base
    return _Organisations(
        registrations=Registrations(database, redis, catalogue, public_base=base),
        invitations=Invitations(database, redis, public_base=base),
    )


def _badges(
    settings: Settings, infrastructure: Infrastructure, codes: CodeKeys, files: TableFiles
) -> BadgeAdministration:
    mini_codes = _mini_codes(settings, infrastructure)
    return BadgeAdministration(infrastructure.database, codes, settings.public_base, mini_codes, files)


def _badge_prints(settings: Settings, database: Database, codes: CodeKeys) -> BadgePrints:
    return BadgePrints(database, codes, settings.public_base, Limits(is_last=_is_last(settings)))


def _is_last(settings: Settings) -> bool:
    return settings.drawing_priority == "last"


def _photos(settings: Settings, infrastructure: Infrastructure) -> Photos:
    return Photos(
        infrastructure.database,
        PhotoFiles(settings.photo_dir),
        Workshop("photos", Limits(places=settings.places_dir, is_last=_is_last(settings))),
        PhotoAttempts(infrastructure.redis),
        per_day_max=settings.photos_per_day_max,
    )


def _badge_imports(settings: Settings, infrastructure: Infrastructure) -> BadgeImports:
    limits = Limits(places=settings.places_dir, cpu_s=12, wall_s=FILE_WALL_S, is_last=_is_last(settings))
    return BadgeImports(infrastructure.database, TableFiles(Workshop("files", limits)))


def _drawings(settings: Settings) -> Drawings:
    secret = next(iter(settings.keys("secret_keys").values()))
    workshop = Workshop("drawings", Limits(places=settings.places_dir, is_last=_is_last(settings)))
    return Drawings(workshop, DrawnFiles(settings.drawn_dir, secret))


def _tokens(settings: Settings) -> Tokens:
    return Tokens(
        settings.keys("token_keys"),
        issuer=settings.issuer,
        audience=settings.audience,
        life_s=settings.access_token_s,
    )


def _sessions(
    settings: Settings,
    infrastructure: Infrastructure,
    tokens: Tokens,
    revoked: RevokedSessions,
    session_keys: SessionKeys,
    guests: BadgeWay,
) -> tuple[Sessions, CitizenSignIn]:
    database, encryptor = infrastructure.database, infrastructure.encryptor
    carriers = infrastructure.carriers
    digests = SignInDigests(settings.keys("secret_keys"))
    addresses = Addresses(encryptor, digests)
    codes = SignInCodes(
        database,
        encryptor,
        digests,
        Quotas(infrastructure.redis),
        carriers,
        public_base=settings.public_base,
        country_codes=settings.country_codes,
        per_hour_max=settings.sign_in_codes_max,
    )
    passkeys = CitizenPasskeys(
        database, encryptor, Passkeys(settings.public_base, signs_in_alone=True), notify_of_way
    )
    sessions = Sessions(
        database,
        tokens,
        revoked,
        ways=[
            *_ways_in(settings, infrastructure, guests),
            *(CodeWay(name, codes, addresses) for name in carriers),
            *([PasskeyWay(passkeys)] if passkeys.is_available else []),
        ],
        session_keys=session_keys,
        refresh_token_days=settings.refresh_token_days,
        staff_session_h=settings.staff_session_h,
    )
    own = OwnWays(database, sessions, addresses, passkeys, notify_of_way)
    return sessions, CitizenSignIn(codes, passkeys, own, addresses)


def _ways_in(settings: Settings, infrastructure: Infrastructure, guests: BadgeWay) -> list[WayIn]:
    """How citizens sign in here besides codes and passkeys; each is behind a setting."""
    ways: list[WayIn] = []
    if settings.is_demo:
        ways.append(DemoWay())
    if infrastructure.wechat is not None:
        ways.append(MiniProgramWay(infrastructure.wechat, _provider_throttle("wechat", infrastructure)))
    if settings.guests == "on":
        ways.append(guests)
    return [*ways, *_ways_over_other_pages(settings, infrastructure)]


def _ways_over_other_pages(settings: Settings, infrastructure: Infrastructure) -> list[WayIn]:
    """Ways in by the page of WeChat, or of a city's identity."""
    ways: list[WayIn] = []
    used = UsedStates(infrastructure.redis, kept_s=STATE_LIFE_S)
    states = SignInStates(infrastructure.encryptor, used)
    if infrastructure.wechat_web is not None:
        throttle = _provider_throttle("wechat_web", infrastructure)
        wants_union = infrastructure.wechat is not None
        ways.append(
            WeChatWebWay(
                infrastructure.wechat_web,
                states,
                throttle,
                public_base=settings.public_base,
                wants_union=wants_union,
            )
        )
    if infrastructure.identity_provider is not None:
        throttle = _provider_throttle("oidc", infrastructure)
        chosen = {"zh-CN": settings.oidc_name_zh, "en": settings.oidc_name_en}
        names = {language: name or say(language, "signed_in.identity") for language, name in chosen.items()}
        provider = infrastructure.identity_provider
        ways.append(OidcWay(provider, states, throttle, public_base=settings.public_base, names=names))
    return ways


def _provider_throttle(provider: str, infrastructure: Infrastructure) -> ProviderThrottle:
    failures = FailureCounts(infrastructure.redis, window_s=WRONG_WINDOW_S)
    wrong = (WeChatCodeInvalid, IdentityCodeInvalid)
    return ProviderThrottle(provider, failures, Quotas(infrastructure.redis), wrong)


def _staff(
    settings: Settings, infrastructure: Infrastructure, sessions: Sessions
) -> tuple[StaffAuthenticator, StaffSecurity, StaffAdministration]:
    """How staff sign in, what they do about their own account, and what operators do about others'."""
    database, public_base = infrastructure.database, settings.public_base
    factors = SecondFactors(infrastructure.encryptor, Passkeys(public_base))
    authenticator = StaffAuthenticator(
        database,
        sessions,
        FailureCounts(infrastructure.redis, window_s=FAILURE_WINDOW_S),
        KnownDevices(infrastructure.encryptor),
        factors,
        failures_max=settings.sign_in_failures_max,
        required_for=() if settings.is_demo else REQUIRED_FOR,
    )
    security = StaffSecurity(database, sessions, authenticator, factors)
    return (
        authenticator,
        security,
        StaffAdministration(database, sessions, factors, public_base=public_base),
    )


def _watchers(settings: Settings, velocity: DeviceVelocity, patterns: Patterns) -> tuple[Devices, Anomalies]:
    """What sends actions to review by how many they are."""
    devices = Devices(
        velocity,
        citizens_max=settings.device_citizens_max,
        unnamed_citizens_max=settings.unnamed_device_citizens_max,
    )
    anomalies = Anomalies(
        patterns,
        same_quantity_max=settings.same_quantity_max,
        fresh_accounts_max=settings.fresh_accounts_max,
        partner_fresh_accounts_max=settings.partner_fresh_accounts_max,
    )
    return devices, anomalies


def _partner_intake(
    settings: Settings,
    catalogue: Catalogue,
    infrastructure: Infrastructure,
    anomalies: Anomalies,
    digests: RequestDigests,
) -> PartnerIntake:
    return PartnerIntake(
        infrastructure.database,
        infrastructure.queue,
        catalogue,
        requests_max=settings.partner_requests_max,
        waiting_days_max=settings.waiting_days_max,
        anomalies=anomalies,
        digests=digests,
    )


def _mini_codes(settings: Settings, infrastructure: Infrastructure) -> MiniCodes | None:
    if infrastructure.wechat is None:
        return None
    cache = AccessTokenCache(infrastructure.redis, infrastructure.encryptor, settings.wechat_appid)
    codes = MiniProgramCodes(infrastructure.wechat, cache, page=settings.wechat_page)
    return MiniCodes(codes, PhotoFiles(settings.mini_code_dir))


def _live_events(settings: Settings, infrastructure: Infrastructure) -> LiveEvents:
    return LiveEvents(
        infrastructure.counts,
        infrastructure.database,
        infrastructure.publisher,
        interval_ms=settings.live_interval_ms,
        streams_max=settings.live_streams_max,
    )


def _name_check(settings: Settings, infrastructure: Infrastructure) -> NameCheck:
    if infrastructure.wechat is None:
        return NameCheck(None)
    cache = AccessTokenCache(infrastructure.redis, infrastructure.encryptor, settings.wechat_appid)
    return NameCheck(ContentCheck(infrastructure.wechat, cache))


def _content_store(settings: Settings) -> ContentStore:
    store: BlobStore = FolderBlobStore(settings.content_dir)
    if settings.content_s3_endpoint:
        store = BucketBlobStore(
            endpoint=settings.content_s3_endpoint,
            bucket=settings.content_s3_bucket,
            region=settings.content_s3_region,
            key_id=settings.content_s3_key_id,
            secret=settings.content_s3_secret,
        )
    return ContentStore(store)


def _end_streams_on_sigterm(live_events: LiveEvents) -> None:
    """A live stream would keep the server from stopping for as long as a browser watches.

    The server tells the application of its end only when every connection is closed, so the signal itself is
    listened to, and passed on to the server's own handler.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    servers_handler = signal.getsignal(signal.SIGTERM)
    # Outside a server, in tests, no handler listens, and the signals keep their plain meaning.
    if not callable(servers_handler):
        return

    def end(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(live_events.end)
        servers_handler(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
