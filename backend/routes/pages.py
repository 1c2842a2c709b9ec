"""The pages that people see: shells that small scripts fill, and a few that are whole without any script."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from typing import Any, Final

import msgspec
from markupsafe import Markup

from backend.catalogue.agencies import load_agencies
from backend.domain.catalogue.city_names import Cities
from backend.domain.catalogue.factors import city_name
from backend.domain.days import day_of
from backend.domain.events.lifecycle import steps_of
from backend.domain.gates.gate_rules import RESULTS
from backend.domain.mass import kilograms
from backend.errors import DatabaseUnavailable, MethodNotFound, NotFound, Refusal
from backend.errors.certificates import SignerUnavailable
from backend.messages.cursors import read_id
from backend.render.pages.articles import article_facts
from backend.render.pages.event_report import page_facts
from backend.render.pages.html import BACKEND, render
from backend.render.pictures.renderer import qr_svg
from backend.render.texts.certificate import beside, reading, share
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, page_language
from backend.routes.http.pages import away as _away
from backend.routes.http.pages import rendered as _rendered
from backend.routes.http.pages import reply as _reply
from backend.routes.http.pages import shell as _shell
from backend.routes.http.reply import Reply
from backend.services.catalogue.examples import explain_method
from backend.services.catalogue.search import search_catalogue
from backend.services.certificates.certificates import find_certificate
from backend.services.complaints.complaints import show_public
from backend.services.event_reports.report import show_report
from backend.services.operations.platform import describe_platform
from backend.services.search.page import find_for_page
from backend.services.search.registers import list_verifiers
from backend.services.supervision.list_views import show_list_page
from backend.storage.database import UNAVAILABLE
from backend.tenant import current_tenant
from backend.texts import say

QR_IMAGES_MAX: Final = 512
LISTED: Final = 50
# Where most who come to Chengdu come from; the others are found by typing.
FREQUENT_CITIES: Final = ("成都", "重庆", "绵阳", "西安", "北京", "上海", "广州", "深圳")

# -- answering -------------------------------------------------------------------------------------


def _listed_cities(cities: Cities, language: str) -> dict[str, str]:
    """Names in the page's language with those in the other one: prefectures and cities abroad.

    The county-level cities are as many again; the page asks for them while they are typed.
    """
    other = "zh-CN" if language == "en" else "en"
    return {city.name[language]: city.name[other] for city in cities.all if not city.is_county_level}


# -- the pages --------------------------------------------------------------------------------------


async def home_page(call: Call) -> Reply:
    return _shell(call, "site/home.html")


async def phone_page(call: Call) -> Reply:
    """What a QR opens. The module reads the code from the address, so the page is one for all codes."""

    def facts(language: str) -> dict[str, object]:
        cities = call.components.catalogue.cities
        frequent = [city_name(cities, name, language) for name in FREQUENT_CITIES]
        return {"cities": _listed_cities(cities, language), "frequent": frequent}

    return _shell(call, "phone/phone.html", facts)


async def account_page(call: Call) -> Reply:
    return _shell(call, "account/account.html")


async def signed_in_page(call: Call) -> Reply:
    """Where a browser comes back to from another service's page; the module reads code and state from the address."""
    return _shell(call, "account/signed_in.html")


async def staff_page(call: Call) -> Reply:
    return _shell(call, "staff/staff.html")


async def budgets_page(call: Call) -> Reply:
    return _shell(call, "staff/budgets.html")


async def files_page(call: Call) -> Reply:
    return _shell(call, "staff/files.html")


def _desk(name: str) -> Page:
    """A desk of operators: its script asks for what it lists."""

    async def desk_page(call: Call) -> Reply:
        return _shell(call, f"staff/{name}.html")

    return desk_page


DESKS: Final = (
    "desk",
    "partners",
    "scenes",
    "rewards",
    "merchants",
    "projects",
    "jobs",
    "actions",
    "causes",
    "content",
    "methods",
)


async def screen_page(call: Call) -> Reply:
    """A gate's screen. The module finds the event and the gate in the address and its right in the link or the tab."""
    return _shell(call, "staff/screen.html")


async def scanner_page(call: Call) -> Reply:
    """A scanning device. Its onboarding code stands behind the `#`, where no server sees it."""
    return _shell(call, "scanner/scanner.html")


@cache
def _scanner_worker() -> bytes:
    return (BACKEND / "static" / "js" / "scanner" / "service_worker.js").read_bytes()


async def scanner_worker(call: Call) -> Reply:
    """The service worker of the scanner's page; beside it, because a worker serves what lies below its own address."""
    headers = ((b"cache-control", b"no-cache"),)
    return Reply(body=_scanner_worker(), media_type=b"text/javascript; charset=utf-8", headers=headers)


READER_POLICY: Final = b"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
"""A worker has a policy of its own: the reader of codes alone compiles WebAssembly, and no page may."""


@cache
def _code_worker() -> bytes:
    return (BACKEND / "static" / "js" / "shared" / "code_worker.js").read_bytes()


async def code_worker(call: Call) -> Reply:
    """The worker that reads codes out of a camera's pictures. Its address lies where the scanner's service worker
    serves, so that a gate's device has what it loads without a line.
    """
    headers = ((b"cache-control", b"no-cache"), (b"content-security-policy", READER_POLICY))
    return Reply(body=_code_worker(), media_type=b"text/javascript; charset=utf-8", headers=headers)


async def till_page(call: Call) -> Reply:
    """A merchant's till. Its token stands behind the `#`, where no server sees it."""
    return _shell(call, "staff/till.html")


async def gates_page(call: Call) -> Reply:
    def facts(language: str) -> dict[str, object]:
        return {"results": {code: say(language, f"gate.{code}") for code in RESULTS}}

    return _shell(call, "staff/gates.html", facts)


async def records_page(call: Call) -> Reply:
    return _shell(call, "staff/records.html")


async def minors_page(call: Call) -> Reply:
    return _shell(call, "staff/minors.html")


async def supervision_page(call: Call) -> Reply:
    cities = call.components.catalogue.cities
    return _shell(
        call, "staff/supervision.html", lambda language: {"cities": _listed_cities(cities, language)}
    )


async def credits_page(call: Call) -> Reply:
    return _shell(call, "staff/credits.html")


async def reviews_page(call: Call) -> Reply:
    return _shell(call, "staff/reviews.html")


async def security_page(call: Call) -> Reply:
    return _shell(call, "staff/security.html")


async def accounts_page(call: Call) -> Reply:
    return _shell(call, "staff/accounts.html")


async def members_page(call: Call) -> Reply:
    return _shell(call, "staff/members.html")


async def password_page(call: Call) -> Reply:
    """Where a link to set a password leads; its key stands behind the `#`, where no server sees it."""
    return _shell(call, "staff/password.html")


async def complaints_page(call: Call) -> Reply:
    return _shell(call, "staff/complaints.html")


async def complaint_page(call: Call) -> Reply:
    """Where anybody reports a public claim; the module finds the claim in the address."""
    return _shell(call, "site/complaint.html")


async def complaint_number_page(call: Call) -> Reply:
    """A complaint by its public number; needs no script."""
    asked = call.params["number"]
    try:
        view = await show_public(asked, call.now)
    except NotFound:
        return _rendered(call, "site/missing.html", {"kind": "complaint", "asked": asked[:60]}, 404)
    except UNAVAILABLE:
        return _away(call, page_language(call), DatabaseUnavailable())
    return _rendered(call, "site/complaint_number.html", {"view": view})


async def organiser_page(call: Call) -> Reply:
    is_demo = call.components.settings.is_demo

    def organiser_facts(language: str) -> dict[str, object]:
        steps = steps_of(is_demo=is_demo)
        cities = dict(sorted(_listed_cities(call.components.catalogue.cities, language).items()))
        factor_sets = sorted(call.components.catalogue.factor_sets)
        return {"steps": json.dumps(msgspec.to_builtins(steps)), "cities": cities, "factor_sets": factor_sets}

    return _shell(call, "organiser/organiser.html", organiser_facts)


async def docs_page(call: Call) -> Reply:
    return _shell(call, "site/docs.html")


async def certificate_page(call: Call) -> Reply:
    """A certificate to look at and to print; needs no script."""
    language, settings = page_language(call), call.components.settings
    asked = call.params["number"]
    try:
        view = await find_certificate(call.components.database, call.components.signer, asked, settings)
    except NotFound:
        body = render("site/missing.html", language, settings.is_demo, kind="certificate", asked=asked[:60])
        return _reply(call, language, body, 404)
    except SignerUnavailable as refusal:
        return _away(call, language, refusal)
    except UNAVAILABLE:
        return _away(call, language, DatabaseUnavailable())
    qr = (await asyncio.to_thread(qr_svg, view.url)).decode()
    facts: dict[str, Any] = {
        "view": view,
        "qr": Markup(qr[qr.index("<svg") :]),  # noqa: S704 - made here, of an address made here
        "city": _city_name(call, view.event.city, language),
        "share": share(view, language),
        "reading": reading(view),
        "beside": beside(view, language),
        "kilograms": kilograms,
    }
    return _reply(call, language, render("site/certificate.html", language, settings.is_demo, **facts))


def _city_name(call: Call, name: str, language: str) -> str:
    return city_name(call.components.catalogue.cities, name, language)


async def event_report_page(call: Call) -> Reply:
    """The published report of an event, with its charts; needs no script."""
    language, settings = page_language(call), call.components.settings
    asked = call.params["slug"]
    try:
        found = await show_report(call.components.database, call.components.catalogue, asked, None, call.now)
    except NotFound:
        body = render("site/missing.html", language, settings.is_demo, kind="report", asked=asked[:60])
        return _reply(call, language, body, 404)
    except UNAVAILABLE:
        return _away(call, language, DatabaseUnavailable())
    facts = page_facts(found.view, found.digest, language)
    facts["city"] = _city_name(call, found.view.event.city, language)
    return _reply(call, language, render("site/event_report.html", language, settings.is_demo, **facts))


async def privacy_page(call: Call) -> Reply:
    """The privacy policy in force, or the version that is asked for, with the others; needs no script."""
    policies, settings = call.components.catalogue.policies, call.components.settings
    asked = call.query("version")
    policy = policies.in_force(call.now) if asked is None else policies.find(asked)
    if policy is None:
        return _rendered(call, "site/missing.html", {"kind": "policy", "asked": (asked or "")[:60]}, 404)
    facts = {
        "policy": policy,
        "in_force": policies.in_force(call.now),
        "announced": policies.announced(call.now),
        "versions": policies.versions[::-1],
        "retention": policies.retention,
        "operator": settings.operator_name,
        "contact": settings.privacy_contact,
    }
    return _rendered(call, "site/privacy.html", facts)


async def platform_page(call: Call) -> Reply:
    """Who runs the platform and what it goes by; needs no script."""
    components = call.components
    view = describe_platform(current_tenant(), components.settings, components.catalogue, call.now)
    return _rendered(call, "site/platform.html", {"view": view})


async def learn_page(call: Call) -> Reply:
    knowledge = await call.components.editions.today(call.now)
    return _rendered(call, "site/learn.html", {"articles": list(knowledge.articles.values())})


async def article_page(call: Call) -> Reply:
    """An article with the sources, methods and factors it is about; needs no script."""
    language, is_demo = page_language(call), call.components.settings.is_demo
    articles = (await call.components.editions.today(call.now)).articles
    article = articles.get(call.params["slug"])
    if article is None:
        asked = call.params["slug"][:60]
        return _reply(
            call, language, render("site/missing.html", language, is_demo, kind="article", asked=asked), 404
        )
    following = next((each for each in articles.values() if each.position > article.position), None)
    facts = article_facts(article, call.components.catalogue)
    return _reply(
        call, language, render("site/article.html", language, is_demo, following=following, **facts)
    )


async def methods_page(call: Call) -> Reply:
    """Methods and factors with a search box; needs no script."""
    found = search_catalogue(call.components.catalogue, call.query("query"), has_methods=True)
    return _rendered(call, "site/catalogue.html", found._asdict())


async def factors_page(call: Call) -> Reply:
    found = search_catalogue(call.components.catalogue, call.query("query"), has_methods=False)
    return _rendered(call, "site/catalogue.html", found._asdict())


async def search_page(call: Call) -> Reply:
    """One box for everything that is public; needs no script."""
    try:
        facts = await find_for_page(call.components.search, call.query)
    except Refusal as refusal:
        told = {"title": refusal.title(page_language(call)), "detail": refusal.detail(page_language(call))}
        return _rendered(call, "site/away.html", told | {"code": refusal.code}, refusal.status)
    except UNAVAILABLE:
        return _away(call, page_language(call), DatabaseUnavailable())
    return _rendered(call, "site/search.html", facts)


async def verifiers_page(call: Call) -> Reply:
    try:
        facts = await list_verifiers(call.query("cursor"), day_of(call.now))
    except UNAVAILABLE:
        return _away(call, page_language(call), DatabaseUnavailable())
    return _rendered(call, "site/verifiers.html", facts)


async def method_page(call: Call) -> Reply:
    """A method with its formula, a worked example, its factors and sources; needs no script."""
    code = call.params["code"]
    try:
        found = explain_method(call.components.catalogue, code, day_of(call.now))
    except MethodNotFound:
        return _rendered(call, "site/missing.html", {"kind": "method", "asked": code[:60]}, 404)
    return _rendered(call, "site/method.html", found._asdict())


async def staff_lists_page(call: Call) -> Reply:
    return _shell(call, "staff/lists.html", lambda _: {"agencies": list(load_agencies().values())})


async def hearings_page(call: Call) -> Reply:
    return _shell(call, "staff/hearings.html")


async def lists_page(call: Call) -> Reply:
    """The green, black and negative list with their history; needs no script."""
    asked = call.query("list") or "green"
    try:
        found = await show_list_page(asked, LISTED, read_id(call.query("cursor")), call.now)
    except Refusal:
        return _rendered(call, "site/missing.html", {"kind": "list", "asked": asked[:60]}, 404)
    except UNAVAILABLE:
        return _away(call, page_language(call), DatabaseUnavailable())
    return _rendered(call, "site/lists.html", found._asdict())


PAGES: tuple[tuple[str, Page], ...] = (
    ("/", home_page),
    ("/q/{code}", phone_page),
    ("/c/{number}", certificate_page),
    ("/account", account_page),
    ("/signed-in", signed_in_page),
    ("/staff", staff_page),
    ("/staff/gates", gates_page),
    ("/staff/reviews", reviews_page),
    ("/staff/complaints", complaints_page),
    ("/staff/lists", staff_lists_page),
    ("/staff/hearings", hearings_page),
    ("/lists", lists_page),
    ("/complaints", complaint_page),
    ("/complaints/{number}", complaint_number_page),
    ("/privacy", privacy_page),
    ("/platform", platform_page),
    ("/staff/credits", credits_page),
    ("/staff/records", records_page),
    ("/staff/supervision", supervision_page),
    ("/staff/minors", minors_page),
    ("/staff/budgets", budgets_page),
    ("/staff/files", files_page),
    ("/staff/security", security_page),
    ("/staff/accounts", accounts_page),
    ("/staff/members", members_page),
    ("/staff/password", password_page),
    *((f"/staff/{name}", _desk(name)) for name in DESKS),
    ("/scanner", scanner_page),
    ("/till", till_page),
    ("/scanner-offline.js", scanner_worker),
    ("/scanner-reader.js", code_worker),
    ("/events/{slug}/screen", screen_page),
    ("/organiser", organiser_page),
    ("/events/{slug}/report", event_report_page),
    ("/docs", docs_page),
    ("/search", search_page),
    ("/registers/verifiers", verifiers_page),
    ("/methods", methods_page),
    ("/methods/{code}", method_page),
    ("/factors", factors_page),
    ("/learn", learn_page),
    ("/learn/{slug}", article_page),
)
