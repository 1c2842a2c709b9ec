"""The platform of a city: who runs it, and how it looks."""

from __future__ import annotations

from backend.errors import NotFound
from backend.messages.operations import platform as m
from backend.routes.http.call import Call
from backend.routes.http.endpoint import Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.operations.platform import describe_platform
from backend.tenant import Tenant, current_tenant, per_tenant

LOGO_POLICY = b"default-src 'none'; style-src 'unsafe-inline'"
"""An SVG may hold scripts; one that is opened by its address runs none."""
LOGO_BYTES_MAX = 65_536
_MIXED = (
    "--brand-hover: color-mix(in srgb, var(--brand) 82%, var(--ink)); "
    "--tint: color-mix(in srgb, var(--brand) 12%, var(--card)); "
    "--tint-ink: color-mix(in srgb, var(--brand) 75%, var(--ink)); --bar: var(--brand);"
)


async def show(call: Call) -> m.PlatformView:
    components = call.components
    return describe_platform(current_tenant(), components.settings, components.catalogue, call.now)


async def style(call: Call) -> Reply:
    """The city's colours, which take the place of the shared ones; empty where it has none of its own."""
    headers = ((b"cache-control", b"no-cache"),)
    return Reply(body=_style(current_tenant()), media_type=b"text/css; charset=utf-8", headers=headers)


def _style(tenant: Tenant) -> bytes:
    if not tenant.colour:
        return b""
    dark = f":root {{ --brand: {tenant.colour_dark}; {_MIXED} }}"
    return (
        f":root {{ --brand: {tenant.colour}; {_MIXED} }}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n"
    ).encode()


async def logo(call: Call) -> Reply:
    """Raises NotFound where the city has none: its pages show the service's mark."""
    body = _logo()
    if not body:
        raise NotFound
    headers = ((b"cache-control", b"no-cache"), (b"content-security-policy", LOGO_POLICY))
    return Reply(body=body, media_type=b"image/svg+xml", headers=headers)


@per_tenant
def _logo() -> bytes:
    path = current_tenant().logo
    return b"" if path is None else path.read_bytes()[:LOGO_BYTES_MAX]


ENDPOINTS = in_section(
    "platform",
    Endpoint(
        "GET /v1/platform",
        show,
        summary="The platform: operator, contact, registries, policy versions, the rules in force",
        answers={200: m.PlatformView},
    ),
)
FILES = (("/city.css", style), ("/city.svg", logo))
"""What the pages load besides the static files."""
