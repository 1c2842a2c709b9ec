"""Cookies of a browser that is away at another service's page to sign in: its ticket, and where it goes on afterwards.

The ticket is HttpOnly: scripts never see it. Where the browser goes on is for the page that it comes back to, and for
its script; it is a path of ours, checked before it is written and once more when it is read.
"""

from __future__ import annotations

from urllib.parse import quote

from backend.routes.http.call import Call
from backend.routes.http.reply import Reply
from backend.services.identity.redirect_ways import RETURN_PAGE
from backend.services.identity.sign_in_states import STATE_LIFE_S, TICKETS_MAX, is_name, is_state, name_of

TICKET = "sign_in_"
RETURN = "signed_in_to_"
RETURN_LIFE_S = 3600
"""Longer than a ticket: whoever comes back too late still gets where they wanted."""
Header = tuple[bytes, bytes]


def redirect(address: str, *cookies: Header) -> Reply:
    """Send the browser elsewhere. No cache keeps it: each has a state of its own."""
    location = (b"location", address.encode("ascii"))
    headers = (location, (b"cache-control", b"no-store"), *cookies)
    return Reply(status=302, body=b"", media_type=b"text/html; charset=utf-8", headers=headers)


def held_tickets(call: Call) -> dict[str, str]:
    """The tickets that the browser shows, by the beginning of their states."""
    prefix = _prefix(call)
    held = {name.removeprefix(prefix): ticket for name, ticket in call.cookies(prefix).items()}
    return {name: ticket for name, ticket in held.items() if is_name(name)}


def ticket_cookies(call: Call, state: str, ticket: str) -> list[Header]:
    """The ticket's cookie; of too many that were begun the oldest go. Browsers send the oldest first (RFC 6265)."""
    spent = [_ticket_cookie(call, name, "", 0) for name in list(held_tickets(call))[: -(TICKETS_MAX - 1)]]
    return [*spent, _ticket_cookie(call, name_of(state), ticket, STATE_LIFE_S)]


def spent_ticket(call: Call, state: str | None) -> tuple[Header, ...]:
    """Takes the ticket of a state away; nothing for what is no state, which could be anything."""
    return (_ticket_cookie(call, name_of(state), "", 0),) if state and is_state(state) else ()


def return_cookie(state: str, path: str) -> Header:
    cookie = f"{RETURN}{name_of(state)}={quote(path, safe='')}"
    return b"set-cookie", f"{cookie}; Path={RETURN_PAGE}; Max-Age={RETURN_LIFE_S}; SameSite=Lax".encode()


def _ticket_cookie(call: Call, name: str, ticket: str, life_s: int) -> Header:
    secure = "; Secure" if _is_secure(call) else ""
    cookie = f"{_prefix(call)}{name}={ticket}; Path=/; Max-Age={life_s}; HttpOnly; SameSite=Lax{secure}"
    return b"set-cookie", cookie.encode()


def _prefix(call: Call) -> str:
    # `__Host-` keeps a neighbour under the same domain from planting a ticket of their own sign-in.
    return f"__Host-{TICKET}" if _is_secure(call) else TICKET


def _is_secure(call: Call) -> bool:
    return call.components.settings.public_base.startswith("https://")
