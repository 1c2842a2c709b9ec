"""Putting the parts together: the only place that knows all of them."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.auth import RevokedSessions, Tokens
from backend.catalogue import Catalogue, load_catalogue
from backend.catalogue.agencies import load_agencies
from backend.catalogue.knowledge import load_knowledge
from backend.components import Components
from backend.domain.encryption import Encryptor
from backend.domain.qr_codes import CodeKeys
from backend.errors import InternalError, MethodNotAllowed, NotFound, Refusal
from backend.gc_tuning import calm_collector
from backend.jobs.job import WorkerComponents
from backend.jobs.process_upkeep import ProcessUpkeep
from backend.jobs.schedule import JOBS
from backend.jobs.worker import Worker
from backend.ledger.batch import Ledger
from backend.ledger.queue import LedgerQueue
from backend.logging import configure_logging
from backend.openapi import openapi_document
from backend.outside.content_s3 import BucketBlobStore
from backend.outside.content_store import BlobStore, ContentStore, FolderBlobStore
from backend.outside.photo_files import PhotoFiles
from backend.outside.wechat import WeChat
from backend.outside.wechat_codes import MiniProgramCodes
from backend.outside.wechat_messages import SubscribeMessages
from backend.render.pictures.renderer import Pictures
from backend.routes import DEMO_ROUTES, ROUTES, STREAM, demo, live
from backend.routes.http.endpoint import Call, Endpoint, Reply, Served, refusal_reply
from backend.routes.http.middleware import Envelope
from backend.routes.http.problems import language_of
from backend.routes.pages import PAGES
from backend.services.actions.device_velocity import Devices
from backend.services.actions.photos import Photos
from backend.services.actions.scene_cache import SceneDirectory
from backend.services.actions.werun_steps import DEMO_APPID, StepSync
from backend.services.badges.badges import BadgeAdministration
from backend.services.badges.csv_import import BadgeImports
from backend.services.badges.mini_program_codes import MiniCodes
from backend.services.badges.print_files import BadgePrints
from backend.services.community.community import Community
from backend.services.events.event_cache import EventDirectory
from backend.services.events.live_counts import LiveEvents
from backend.services.gates.device_auth import DeviceAuthenticator
from backend.services.gates.offline_bundle import OfflineBundles
from backend.services.identity.sessions import Sessions
from backend.services.identity.staff_accounts import StaffAuthenticator
from backend.services.operations.download_slots import Downloads
from backend.services.partners.report_intake import PartnerIntake
from backend.services.partners.request_auth import PartnerAuthenticator
from backend.services.venue.poster_cache import PosterDirectory
from backend.settings import Settings, load_settings
from backend.storage.database import Database
from backend.storage.live_counts.publisher import Publisher
from backend.storage.redis import LISTENING_MAX, Counts, Redis, connect
from backend.storage.redis_access_tokens import AccessTokenCache
from backend.storage.redis_session_keys import SessionKeys
from backend.storage.redis_velocity import DeviceVelocity
from backend.storage.sqlfiles import preload
from backend.storage.writer import Writer

log = structlog.get_logger(__name__)

QUEUE_STOP_S_MAX = 5.0
WORKER_POOL_SIZE_MAX = 6
"""Three jobs at once, their leases, and the outbox."""
STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """What server processes and workers both stand on."""

    database: Database
    redis: Redis
    counts: Counts
    publisher: Publisher
    encryptor: Encryptor
    ledger: Ledger
    queue: LedgerQueue
    wechat: WeChat | None


@asynccontextmanager
async def _open_infrastructure(
    settings: Settings, catalogue: Catalogue, *, pool_size_max: int
) -> AsyncIterator[Infrastructure]:
    """PostgreSQL, Redis, the ledger with its queue, WeChat: opened in order and closed in the opposite one."""
    database = Database(settings.database_url, pool_size_max=pool_size_max)
    await database.open()
    redis = connect(settings.redis_url, timeout_ms=settings.redis_timeout_ms)
    listening = connect(settings.redis_url, timeout_ms=settings.redis_timeout_ms, pool_size_max=LISTENING_MAX)
    counts = Counts(redis, listening)
    publisher = Publisher(counts, database)
    writer = Writer(database.connect_writer)
    ledger = Ledger(writer, catalogue, settings.public_base)
    queue = LedgerQueue(
        ledger.run,
        publisher.publish,
        publisher.rebuild,
        length_max=settings.queue_length_max,
        batch_size_max=settings.batch_size_max,
        wait_ms_max=settings.queue_wait_ms_max,
        per_citizen_max=settings.queue_per_citizen_max,
    )
    wechat = _wechat(settings)
    queue.start()
    publisher.start()
    try:
        yield Infrastructure(
            database=database,
            redis=redis,
            counts=counts,
            publisher=publisher,
            encryptor=Encryptor(settings.keys("secret_keys")),
            ledger=ledger,
            queue=queue,
            wechat=wechat,
        )
    finally:
        # Whoever stood on this has ended: what is left is the writer's last batch.
        await queue.stop(QUEUE_STOP_S_MAX)
        await publisher.stop()
        await writer.close()
        await listening.aclose()
        await redis.aclose()
        if wechat is not None:
            await wechat.aclose()
        await database.close()


@asynccontextmanager
async def open_components(settings: Settings, catalogue: Catalogue) -> AsyncIterator[Components]:
    """Everything a server process holds, opened in order and closed in the opposite one."""
    async with (
        _open_infrastructure(settings, catalogue, pool_size_max=settings.pool_size_max) as infrastructure,
        _open_serving(settings, catalogue, infrastructure) as components,
    ):
        yield components


@asynccontextmanager
async def _open_serving(
    settings: Settings, catalogue: Catalogue, infrastructure: Infrastructure
) -> AsyncIterator[Components]:
    database, redis, counts = infrastructure.database, infrastructure.redis, infrastructure.counts
    publisher, queue = infrastructure.publisher, infrastructure.queue
    tokens = _tokens(settings)
    revoked = RevokedSessions()
    codes = CodeKeys(settings.keys("code_keys"))
    badge_imports = BadgeImports(database)
    session_keys = SessionKeys(redis, infrastructure.encryptor)
    appid = settings.wechat_appid or (DEMO_APPID if settings.is_demo else "")
    sessions = Sessions(
        database,
        tokens,
        revoked,
        wechat=infrastructure.wechat,
        session_keys=session_keys,
        is_demo=settings.is_demo,
        refresh_token_days=settings.refresh_token_days,
    )
    live_events = LiveEvents(
        counts,
        database,
        publisher,
        interval_ms=settings.live_interval_ms,
        streams_max=settings.live_streams_max,
    )
    tending = ProcessUpkeep(database, sessions, publisher, catalogue, reconcile_s=settings.reconcile_s)
    device_authenticator = DeviceAuthenticator(database)
    _end_streams_on_sigterm(live_events)
    tending.start()
    try:
        yield Components(
            settings=settings,
            catalogue=catalogue,
            database=database,
            counts=counts,
            tokens=tokens,
            revoked=revoked,
            sessions=sessions,
            staff_authenticator=StaffAuthenticator(sessions, failures_max=settings.sign_in_failures_max),
            codes=codes,
            directory=EventDirectory(),
            posters=PosterDirectory(),
            ledger=infrastructure.ledger,
            queue=queue,
            live=live_events,
            partner_authenticator=PartnerAuthenticator(database, infrastructure.encryptor),
            device_authenticator=device_authenticator,
            bundles=OfflineBundles(database, device_authenticator, CodeKeys(settings.keys("code_keys"))),
            intake=PartnerIntake(
                database,
                queue,
                catalogue,
                requests_max=settings.partner_requests_max,
                waiting_days_max=settings.waiting_days_max,
            ),
            steps=StepSync(database, queue, session_keys, appid),
            knowledge=load_knowledge(catalogue),
            scenes=SceneDirectory(),
            content=_content_store(settings),
            photos=Photos(database, PhotoFiles(settings.photo_dir), per_day_max=settings.photos_per_day_max),
            devices=Devices(DeviceVelocity(redis), citizens_max=settings.device_citizens_max),
            community=Community.open(catalogue.methods, redis),
            pictures=Pictures(),
            badges=BadgeAdministration(database, codes, settings.public_base),
            badge_prints=BadgePrints(database, codes, settings.public_base),
            badge_imports=badge_imports,
            downloads=Downloads(),
            mini_codes=_mini_codes(settings, infrastructure),
        )
    finally:
        await badge_imports.stop()
        await tending.stop()
        await live_events.stop()


def _tokens(settings: Settings) -> Tokens:
    return Tokens(
        settings.keys("token_keys"),
        issuer=settings.issuer,
        audience=settings.audience,
        life_s=settings.access_token_s,
    )


def _mini_codes(settings: Settings, infrastructure: Infrastructure) -> MiniCodes | None:
    if infrastructure.wechat is None:
        return None
    cache = AccessTokenCache(infrastructure.redis, infrastructure.encryptor, settings.wechat_appid)
    codes = MiniProgramCodes(infrastructure.wechat, cache, page=settings.wechat_page)
    return MiniCodes(codes, PhotoFiles(settings.mini_code_dir))


def _content_store(settings: Settings) -> ContentStore:
    blobs: BlobStore = FolderBlobStore(settings.content_dir)
    if settings.content_s3_endpoint:
        blobs = BucketBlobStore(
            endpoint=settings.content_s3_endpoint,
            bucket=settings.content_s3_bucket,
            region=settings.content_s3_region,
            key_id=settings.content_s3_key_id,
            secret=settings.content_s3_secret,
        )
    return ContentStore(blobs)


@asynccontextmanager
async def open_worker_components(settings: Settings, catalogue: Catalogue) -> AsyncIterator[WorkerComponents]:
    """What a worker process holds: no tokens, no streams, nobody to serve."""
    async with _open_infrastructure(
        settings, catalogue, pool_size_max=WORKER_POOL_SIZE_MAX
    ) as infrastructure:
        messages = None
        if infrastructure.wechat is not None:
            cache = AccessTokenCache(infrastructure.redis, infrastructure.encryptor, settings.wechat_appid)
            messages = SubscribeMessages(infrastructure.wechat, cache)
        yield WorkerComponents(
            settings=settings,
            catalogue=catalogue,
            database=infrastructure.database,
            redis=infrastructure.redis,
            queue=infrastructure.queue,
            community=Community.open(catalogue.methods, infrastructure.redis),
            messages=messages,
        )


async def run_worker(settings: Settings, ends_on: Sequence[signal.Signals]) -> None:
    """Do jobs until one of the signals comes; what is under way is given back."""
    configure_logging(settings)
    preload()
    async with open_worker_components(settings, load_catalogue()) as components:
        worker = Worker(components, JOBS)
        for number in ends_on:
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
        log.info("worker_started", jobs=len(JOBS))
        await worker.work()
    log.info("worker_ended")


def _end_streams_on_sigterm(live_events: LiveEvents) -> None:
    """A live stream would keep the server from stopping for as long as somebody watches.

    The server tells the application of its end only when every connection is closed, so the signal itself is
    listened to, and passed on to the server's own handler.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    servers_handler = signal.getsignal(signal.SIGTERM)
    # Outside a server (in tests) nobody listens, and the signals keep their plain meaning.
    if not callable(servers_handler):
        return

    def end(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(live_events.end)
        servers_handler(number, frame)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def create_app(settings: Settings | None = None) -> Starlette:
    """The application of one server process; its parts live as long as its lifespan."""
    chosen = settings or load_settings()
    configure_logging(chosen)
    preload()
    calm_collector()
    catalogue = load_catalogue()
    load_agencies()
    endpoints = (*ROUTES, STREAM, *(DEMO_ROUTES if chosen.is_demo else ()))
    document = openapi_document(endpoints)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with open_components(chosen, catalogue) as components:
            yield {"components": components}

    async def openapi(call: Call) -> Reply:
        return Reply(document, headers=((b"cache-control", b"no-cache"),))

    pages = (*PAGES, ("/demo", demo.open_badge)) if chosen.is_demo else PAGES
    routes: list[BaseRoute] = [_route(endpoint) for endpoint in endpoints if endpoint is not STREAM]
    routes += [
        Route(STREAM.path, _Stream(), methods=["GET"]),
        Route("/openapi.json", Served(_page("/openapi.json", openapi)), methods=["GET"]),
        *(Route(path, Served(_page(path, handler)), methods=["GET"]) for path, handler in pages),
        Mount("/static", _Static(directory=STATIC)),
    ]
    app = Application(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Envelope)],
        exception_handlers={HTTPException: _http_exception, Exception: _http_exception},
    )
    app.direct = {(e.method, e.path): Envelope(Served(e)) for e in endpoints if _is_direct(e)}
    # A redirect to the address without its slash would be made from the Host header, and in clear http.
    app.router.redirect_slashes = False
    return app


class Application(Starlette):
    """Starlette with a short way for the addresses without parameters, those of the peak among them.

    What stands around them (Envelope, Served) answers every failure itself, so the router and its layers have
    nothing to add but 20 of a scan's 150 µs, and more the longer the table of routes is.
    """

    direct: Mapping[tuple[str, str], ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            served = self.direct.get((scope["method"], scope["path"]))
            if served is not None:
                scope["path_params"] = {}
                await served(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def _is_direct(endpoint: Endpoint) -> bool:
    return "{" not in endpoint.path and endpoint is not STREAM


class _Static(StaticFiles):
    """Files that a browser keeps and asks about each time: after an update no phone runs an old script."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


class _Stream:
    """An instance, because Starlette takes a plain coroutine function for a request handler."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await live.stream(scope, receive, send)


def _route(endpoint: Endpoint) -> Route:
    return Route(endpoint.path, Served(endpoint), methods=[endpoint.method])


def _page(path: str, handler: Any) -> Endpoint:
    return Endpoint(method="GET", path=path, handler=handler, summary="", tag="pages", answers={200: None})


async def _http_exception(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: no such address, no such method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    refusal: Refusal = {404: NotFound, 405: MethodNotAllowed}.get(status, InternalError)()
    language = language_of(request.headers.get("accept-language", "").encode())
    reply = refusal_reply(refusal, language, request.url.path)
    headers = {"cache-control": "no-store"}
    if status == 405:
        headers["allow"] = ", ".join(sorted(_methods_of(request)))
    return Response(
        reply.body, status_code=reply.status, headers=headers, media_type=reply.media_type.decode()
    )


def _methods_of(request: Request) -> set[str]:
    """Every method that the address takes: Starlette itself names those of its first route alone."""
    routes: list[BaseRoute] = request.app.routes
    return {
        method
        for route in routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


def _wechat(settings: Settings) -> WeChat | None:
    if not settings.wechat_appid:
        return None
    return WeChat(
        base_url=settings.wechat_base_url, appid=settings.wechat_appid, secret=settings.wechat_secret
    )
