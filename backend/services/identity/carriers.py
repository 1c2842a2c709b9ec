"""Who carries sign-in codes here, by the settings: a mail server, a hook for messages, the demo's log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from backend.outside.sent_codes import Carrier, DemoCarrier, MailServer, MessageHook
from backend.settings import PREFIX, Settings, SettingsError


@asynccontextmanager
async def open_carriers(settings: Settings) -> AsyncIterator[Mapping[str, Carrier]]:
    """The carriers by the way in that they serve, in the order in which a page offers them.

    Raises SettingsError for an address that cannot be used.
    """
    carriers: dict[str, Carrier] = {}
    hook: MessageHook | None = None
    if settings.smtp_url:
        try:
            carriers["email"] = MailServer(settings.smtp_url, settings.mail_from)
        except ValueError as error:
            raise SettingsError(f"{PREFIX}SMTP_URL and {PREFIX}MAIL_FROM: {error}.") from None
    elif settings.is_demo:
        carriers["email"] = DemoCarrier()
    if settings.sms_hook_url:
        try:
            carriers["phone"] = hook = MessageHook(settings.sms_hook_url, settings.sms_hook_secret)
        except ValueError as error:
            raise SettingsError(f"{PREFIX}SMS_HOOK_URL: {error}.") from None
    elif settings.is_demo:
        carriers["phone"] = DemoCarrier()
    try:
        yield carriers
    finally:
        if hook is not None:
            await hook.aclose()
