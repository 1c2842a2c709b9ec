"""The ceiling of the framework: one Starlette endpoint that answers fixed bytes, with nothing around it.

It gets the very requests that the product gets and looks at none of them.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.gc_tuning import calm_collector

ANSWER = b'{"outcome":"joined"}'


async def scan(request: Request) -> Response:
    return Response(ANSWER, status_code=201, media_type="application/json")


async def alive(request: Request) -> Response:
    return Response(b"{}", media_type="application/json")


def create_app() -> Starlette:
    calm_collector()  # as the product does
    return Starlette(
        routes=[
            Route("/v1/scans", scan, methods=["POST"]),
            Route("/livez", alive, methods=["GET"]),
        ]
    )
