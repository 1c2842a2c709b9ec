"""PostgreSQL, Redis, the ledger with its queue, WeChat: what server processes and workers both stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from backend.catalogue import Catalogue
from backend.domain.encryption import Encryptor
from backend.ledger.batch import Ledger
from backend.ledger.queue import LedgerQueue
from backend.outside.oidc import IdentityProvider
from backend.outside.sent_codes import Carrier, DemoCarrier, MailServer, MessageHook
from backend.outside.wechat import WeChat
from backend.outside.wechat_web import WeChatWeb
from backend.settings import PREFIX, Settings, SettingsError
from backend.storage.database import Database
from backend.storage.live_counts.publisher import Publisher
from backend.storage.redis import LISTENING_MAX, Counts, Redis, connect
from backend.storage.writer import Writer

QUEUE_STOP_S_MAX = 5.0


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
    carriers: Mapping[str, Carrier]
    """Who carries sign-in codes, by the way in that it serves, in the order in which a page offers them."""
    wechat_web: WeChatWeb | None
    identity_provider: IdentityProvider | None


@asynccontextmanager
async def open_infrastructure(
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
    wechat, wechat_web, identity_provider, carriers = (
        _wechat(settings),
        _wechat_web(settings),
        _identity_provider(settings),
        _carriers(settings),
    )
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
            carriers=carriers,
            wechat_web=wechat_web,
            identity_provider=identity_provider,
        )
    finally:
        # What used this has ended: what is left is the writer's last batch.
        await queue.stop(QUEUE_STOP_S_MAX)
        await publisher.stop()
        await writer.close()
        await listening.aclose()
        await redis.aclose()
        for client in (wechat, wechat_web, identity_provider, *carriers.values()):
            if client is not None:
                await client.aclose()
        await database.close()


def _wechat(settings: Settings) -> WeChat | None:
    if not settings.wechat_appid:
        return None
    return WeChat(
        base_url=settings.wechat_base_url, appid=settings.wechat_appid, secret=settings.wechat_secret
    )


def _carriers(settings: Settings) -> dict[str, Carrier]:
    """By the settings, or the demo's log. Raises SettingsError for an address that cannot be used."""
    carriers: dict[str, Carrier] = (
        {"email": DemoCarrier(), "phone": DemoCarrier()} if settings.is_demo else {}
    )
    try:
        if settings.smtp_url:
            carriers["email"] = MailServer(settings.smtp_url, settings.mail_from)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}SMTP_URL and {PREFIX}MAIL_FROM: {error}.") from None
    try:
        if settings.sms_hook_url:
            carriers["phone"] = MessageHook(settings.sms_hook_url, settings.sms_hook_secret)
    except ValueError as error:
        raise SettingsError(f"{PREFIX}SMS_HOOK_URL: {error}.") from None
    return carriers


def _wechat_web(settings: Settings) -> WeChatWeb | None:
    if not settings.wechat_web_appid:
        return None
    return WeChatWeb(
        base_url=settings.wechat_web_base_url,
        authorize_url=settings.wechat_web_authorize_url,
        appid=settings.wechat_web_appid,
        secret=settings.wechat_web_secret,
    )


def _identity_provider(settings: Settings) -> IdentityProvider | None:
    if not settings.oidc_issuer:
        return None
    return IdentityProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
    )
