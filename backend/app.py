"""The application of one server process: routes, pages, static files, and the short way for the hottest of them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.assembly import open_components
from backend.catalogue import load_catalogue
from backend.catalogue.agencies import load_agencies
from backend.catalogue.knowledge import load_knowledge
from backend.errors import CityUnknown, InternalError, MethodNotAllowed, NotFound, Refusal
from backend.gc_tuning import calm_collector
from backend.logging import configure_logging
from backend.messages.encoding import encode
from backend.openapi import openapi_document
from backend.routes import DEMO_ROUTES, PAGES, ROUTES, STREAM, demo, live, platform
from backend.routes.http.call import Call
from backend.routes.http.endpoint import Endpoint, Served
from backend.routes.http.middleware import Envelope
from backend.routes.http.problems import language_of
from backend.routes.http.reply import Reply, refusal_reply, send_reply
from backend.settings import Settings, load_settings
from backend.storage.sqlfiles import preload
from backend.tenant_assembly import OpenCities, open_cities
from backend.tenants_file import ServedCity, load_cities

STATIC = Path(__file__).parent / "static"
Lifespan = Callable[[Starlette], AbstractAsyncContextManager[Mapping[str, Any]]]


def create_app(settings: Settings | None = None, cities: Sequence[ServedCity] = ()) -> Starlette:
    """The application of one server process, for one city or for several; its parts live as long as its lifespan.

    Without arguments it is the one that the environment describes.
    """
    if settings is None and not cities:
        cities = load_cities(os.environ, is_server=True)
    chosen = cities[0].settings if cities else settings or load_settings()
    configure_logging(chosen)
    preload()
    calm_collector()
    endpoints = _endpoints(chosen.is_demo)
    document = _document(chosen.is_demo)

    lifespan = _lifespan_of_cities(cities) if cities else _lifespan(chosen)

    async def openapi(call: Call) -> Reply:
        return Reply(body=document, headers=((b"cache-control", b"no-cache"),))

    pages = (*PAGES, *platform.FILES, *([("/demo", demo.open_badge)] if chosen.is_demo else []))
    routes: list[BaseRoute] = [_route(endpoint) for endpoint in endpoints if endpoint is not STREAM]
    routes += [
        Route(STREAM.path, _Stream(), methods=["GET"]),
        Route("/openapi.json", Served(_page("/openapi.json", openapi)), methods=["GET"]),
        *(Route(path, Served(_page(path, handler)), methods=["GET"]) for path, handler in pages),
        Mount("/static", _Static(directory=STATIC)),
    ]
    app = (CitiesApplication if cities else Application)(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(Envelope)],
        exception_handlers={HTTPException: _http_exception, Exception: _http_exception},
    )
    app.direct = {(e.method, e.path): Envelope(Served(e)) for e in endpoints if _is_direct(e)}
    # A redirect to the address without its slash would be made from the Host header, and in clear http.
    app.router.redirect_slashes = False
    return app


def _lifespan(settings: Settings) -> Lifespan:
    catalogue = load_catalogue()
    knowledge = load_knowledge(catalogue)
    load_agencies()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with open_components(settings, catalogue, knowledge) as components:
            yield {"components": components}

    return lifespan


def _lifespan_of_cities(served: Sequence[ServedCity]) -> Lifespan:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with open_cities(served) as cities:
            yield {"cities": cities}

    return lifespan


def _endpoints(is_demo: bool) -> tuple[Endpoint, ...]:
    return (*ROUTES, STREAM, *(DEMO_ROUTES if is_demo else ()))


@cache
def _document(is_demo: bool) -> bytes:
    """The OpenAPI document, made before the first request: it takes a quarter of a second."""
    return encode(openapi_document(_endpoints(is_demo)))


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


class CitiesApplication(Application):
    """Serves several cities: whatever is asked is done for the one whose name the request was sent to.

    A name that is no city's is refused (421), never guessed.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        cities: OpenCities = scope["state"]["cities"]
        city = cities.find(scope["headers"])
        if city is None and scope["path"] in OF_PROCESS:
            city = await cities.any_ready() if scope["path"] == "/readyz" else cities.first
        if city is None:
            await _UNKNOWN_CITY(scope, receive, send)
            return
        scope["state"] = {"components": city.components}
        with city.current():
            await super().__call__(scope, receive, send)


OF_PROCESS = frozenset({"/livez", "/readyz", "/metrics"})
"""Asked by balancers and Prometheus, who know the process by its address."""


async def _refuse_city(scope: Scope, receive: Receive, send: Send) -> None:
    headers = dict(scope["headers"])
    language = language_of(headers.get(b"accept-language"))
    await send_reply(send, refusal_reply(CityUnknown(), language, scope["path"]))


_UNKNOWN_CITY = Envelope(_refuse_city)


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
    return Endpoint(f"GET {path}", handler, summary="", tag="pages", answers={200: None})


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
