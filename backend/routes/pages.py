"""The pages that people see: Jinja2 shells filled by small ES modules, and the certificate wholly made here.

Every text stands once, in both languages, in `static/texts.js` or, for the account page, `static/account_texts.js`,
which the templates and the modules share.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from backend.domain.catalogue.factors import city_name
from backend.domain.events.lifecycle import steps_of
from backend.domain.gates.gate_rules import SENTENCES
from backend.domain.plurals import agreeing
from backend.errors import LANGUAGES, DatabaseUnavailable, NotFound, Refusal
from backend.messages.shape import Bilingual
from backend.render.pages.event_report import page_facts
from backend.render.pictures.renderer import qr_svg
from backend.render.texts.certificate import beside, reading, share
from backend.routes.http.endpoint import Call, Reply
from backend.routes.http.problems import all_refusals
from backend.services.certificates.certificates import PRODUCT_NAMES, find_certificate, kilograms
from backend.services.event_reports.report import show_report
from backend.storage.database import UNAVAILABLE

BACKEND: Final = Path(__file__).resolve().parent.parent
LANGUAGE_COOKIE: Final = "lang"
LANGUAGE_COOKIE_S: Final = 365 * 24 * 3600
QR_IMAGES_MAX: Final = 512
CITY_TIME: Final = ZoneInfo("Asia/Shanghai")
KG_G: Final = 1000
TEXTS: Final = (
    "texts.js",
    "account_texts.js",
    "organiser_texts.js",
    "organiser_desk_texts.js",
    "venue_texts.js",
    "scanner_texts.js",
    "phone_texts.js",
)
# Where most who come to Chengdu come from; the others are found by typing.
FREQUENT_CITIES: Final = ("成都", "重庆", "绵阳", "西安", "北京", "上海", "广州", "深圳")

Page = Callable[[Call], Awaitable[Reply]]


# -- texts and numbers ------------------------------------------------------------------------------


@cache
def texts() -> dict[str, dict[str, str]]:
    """Text by key and language. Each file is a JavaScript module whose one value is strict JSON."""
    found: dict[str, dict[str, str]] = {}
    for name in TEXTS:
        module = (BACKEND / "static" / name).read_text(encoding="utf-8")
        found |= json.loads(module[module.index("{") : module.rindex("}") + 1])
    return found


def say(language: str, key: str, **facts: object) -> str:
    """A text with its {facts} filled in. Raises KeyError for an unknown key: a page is never half told."""
    text = agreeing(texts()[key][language], facts)
    for name, value in facts.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def mass(grams: int) -> str:
    """Grams below 1,000, kilograms with two decimals above."""
    if abs(grams) < KG_G:
        return f"{grams} g"
    return f"{(Decimal(grams) / KG_G).quantize(Decimal('0.01'), ROUND_HALF_UP):,} kg"


def number(value: Decimal | int) -> str:
    return f"{value:,}"


def day(language: str, value: date) -> str:
    if language == "en":
        return f"{value.day} {value:%B %Y}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(language: str, value: datetime) -> str:
    """An instant on the clock of the event's city."""
    local = value.astimezone(CITY_TIME)
    return f"{day(language, local.date())} {local:%H:%M}"


# -- rendering --------------------------------------------------------------------------------------


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(BACKEND / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def page_language(call: Call) -> str:
    """`?lang=` first, then the cookie of an earlier choice, then what the browser asks for."""
    asked = call.query("lang")
    if asked in LANGUAGES:
        return asked
    headers: Mapping[bytes, bytes] = dict(call.scope["headers"])
    try:
        kept = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(LANGUAGE_COOKIE)
    except CookieError:
        kept = None
    return kept.value if kept is not None and kept.value in LANGUAGES else call.language


def render(template: str, language: str, is_demo: bool, **facts: object) -> bytes:
    def t(key: str, **values: object) -> str:
        return say(language, key, **values)

    def name(text: Bilingual) -> str:
        return text.en if language == "en" else text.zh

    def word(kind: str, key: object) -> str:
        """The name of something the catalogue may add to: shown as it is when it has no name yet."""
        found = texts().get(f"{kind}.{key}")
        return found[language] if found else str(key)

    def unit(key: str, quantity: Decimal) -> str:
        one = f"{key}.one"
        return word("unit", one if quantity == 1 and f"unit.{one}" in texts() else key)

    found = _environment().get_template(template)
    html = found.render(
        language=language,
        is_demo=is_demo,
        t=t,
        name=name,
        word=word,
        unit=unit,
        mass=mass,
        number=number,
        day=lambda value: day(language, value),
        moment=lambda value: moment(language, value),
        **facts,
    )
    return html.encode("utf-8")


def _reply(call: Call, language: str, body: bytes, status: int = 200) -> Reply:
    headers = [
        (b"cache-control", b"no-cache"),
        (b"content-language", language.encode()),
        (b"vary", b"accept-language, cookie"),
    ]
    if call.query("lang") in LANGUAGES:
        cookie = f"{LANGUAGE_COOKIE}={language}; Path=/; Max-Age={LANGUAGE_COOKIE_S}; SameSite=Lax"
        headers.append((b"set-cookie", cookie.encode()))
    return Reply(status=status, body=body, media_type=b"text/html; charset=utf-8", headers=tuple(headers))


_SHELLS: dict[tuple[str, str, bool], bytes] = {}


def _shell(call: Call, template: str, facts: Callable[[str], dict[str, object]] | None = None) -> Reply:
    """A page that says the same to everybody, rendered once: a stadium that scans costs no rendering."""
    language, is_demo = page_language(call), call.components.settings.is_demo
    key = (template, language, is_demo)
    body = _SHELLS.get(key)
    if body is None:
        body = _SHELLS[key] = render(template, language, is_demo, **(facts(language) if facts else {}))
    return _reply(call, language, body)


# -- the pages --------------------------------------------------------------------------------------


async def home_page(call: Call) -> Reply:
    return _shell(call, "home.html")


async def phone_page(call: Call) -> Reply:
    """What a QR opens. The module reads the code from the address, so the page is one for all codes."""

    def facts(language: str) -> dict[str, object]:
        other = "zh-CN" if language == "en" else "en"
        cities: dict[str, str] = {}
        for city in call.components.catalogue.cities.values():
            cities[city.name[language]] = city.name[other]
        chinese = {
            city.name["zh-CN"]: city.name[language] for city in call.components.catalogue.cities.values()
        }
        frequent = [chinese[name] for name in FREQUENT_CITIES if name in chinese]
        return {"cities": cities, "frequent": frequent}

    return _shell(call, "phone.html", facts)


async def account_page(call: Call) -> Reply:
    return _shell(call, "account.html")


async def staff_page(call: Call) -> Reply:
    return _shell(call, "staff.html")


async def screen_page(call: Call) -> Reply:
    """A gate's screen. The module finds the event and the gate in the address and its right in the link or the tab."""
    return _shell(call, "screen.html")


async def scanner_page(call: Call) -> Reply:
    """A scanning device. Its onboarding code stands behind the `#`, where no server sees it."""
    return _shell(call, "scanner.html")


@cache
def _scanner_worker() -> bytes:
    return (BACKEND / "static" / "js" / "scanner_offline.js").read_bytes()


async def scanner_worker(call: Call) -> Reply:
    """The service worker of the scanner's page; beside it, because a worker serves what lies below its own address."""
    headers = ((b"cache-control", b"no-cache"),)
    return Reply(body=_scanner_worker(), media_type=b"text/javascript; charset=utf-8", headers=headers)


async def gates_page(call: Call) -> Reply:
    def facts(language: str) -> dict[str, object]:
        return {"results": {code: both[language == "en"] for code, both in SENTENCES.items()}}

    return _shell(call, "gates.html", facts)


async def reviews_page(call: Call) -> Reply:
    return _shell(call, "reviews.html")


async def organiser_page(call: Call) -> Reply:
    is_demo = call.components.settings.is_demo

    def organiser_facts(language: str) -> dict[str, object]:
        steps = steps_of(is_demo=is_demo)
        cities = sorted(city.name[language] for city in call.components.catalogue.cities.values())
        factor_sets = sorted(call.components.catalogue.factor_sets)
        return {"steps": json.dumps(msgspec.to_builtins(steps)), "cities": cities, "factor_sets": factor_sets}

    return _shell(call, "organiser.html", organiser_facts)


async def docs_page(call: Call) -> Reply:
    return _shell(call, "docs.html")


async def certificate_page(call: Call) -> Reply:
    """A certificate to look at and to print; needs no script."""
    language, settings = page_language(call), call.components.settings
    asked = call.params["number"]
    try:
        view = await find_certificate(call.components.database, asked, settings)
    except NotFound:
        body = render("missing.html", language, settings.is_demo, kind="certificate", asked=asked[:60])
        return _reply(call, language, body, 404)
    except UNAVAILABLE:
        return _away(call, language, DatabaseUnavailable())
    qr = (await asyncio.to_thread(qr_svg, view.url)).decode()
    facts: dict[str, Any] = {
        "view": view,
        "qr": Markup(qr[qr.index("<svg") :]),  # noqa: S704 - made here, of an address made here
        "city": _city_name(call, view.event.city, language),
        "products": {code: names[language == "en"] for code, names in PRODUCT_NAMES.items()},
        "share": share(view, language),
        "reading": reading(view),
        "beside": beside(view, language),
        "kilograms": kilograms,
    }
    return _reply(call, language, render("certificate.html", language, settings.is_demo, **facts))


def _city_name(call: Call, name: str, language: str) -> str:
    return city_name(call.components.catalogue.cities, name, language)


def _away(call: Call, language: str, refusal: Refusal) -> Reply:
    facts = {
        "title": refusal.title(language),
        "detail": say(language, "away.detail"),
        "code": refusal.code,
    }
    body = render("away.html", language, call.components.settings.is_demo, **facts)
    return _reply(call, language, body, refusal.status)


async def event_report_page(call: Call) -> Reply:
    """The published report of an event, with its charts; needs no script."""
    language, settings = page_language(call), call.components.settings
    asked = call.params["slug"]
    try:
        found = await show_report(call.components.database, call.components.catalogue, asked, None, call.now)
    except NotFound:
        body = render("missing.html", language, settings.is_demo, kind="report", asked=asked[:60])
        return _reply(call, language, body, 404)
    except UNAVAILABLE:
        return _away(call, language, DatabaseUnavailable())
    facts = page_facts(found.view, found.digest, language)
    facts["city"] = _city_name(call, found.view.event.city, language)
    return _reply(call, language, render("event_report.html", language, settings.is_demo, **facts))


async def learn_page(call: Call) -> Reply:
    return _shell(
        call, "learn.html", lambda _: {"articles": list(call.components.knowledge.articles.values())}
    )


async def article_page(call: Call) -> Reply:
    """An article with the sources, methods and factors it is about; needs no script."""
    language, is_demo = page_language(call), call.components.settings.is_demo
    articles, catalogue = call.components.knowledge.articles, call.components.catalogue
    article = articles.get(call.params["slug"])
    if article is None:
        asked = call.params["slug"][:60]
        return _reply(
            call, language, render("missing.html", language, is_demo, kind="article", asked=asked), 404
        )
    following = next((each for each in articles.values() if each.position > article.position), None)
    facts: dict[str, object] = {
        "article": article,
        "following": following,
        "methods": [catalogue.methods[code] for code in article.method_codes],
        "factors": [catalogue.factors[factor_id] for factor_id in article.factor_ids],
        "sources": [catalogue.sources[source_id] for source_id in article.source_ids],
    }
    return _reply(call, language, render("article.html", language, is_demo, **facts))


async def problems_page(call: Call) -> Reply:
    def facts(language: str) -> dict[str, object]:
        by_status: dict[int, list[dict[str, object]]] = {}
        for cls in sorted(all_refusals().values(), key=lambda cls: (cls.status, cls.code)):
            by_status.setdefault(cls.status, []).append(_told(cls, language))
        return {"by_status": by_status}

    return _shell(call, "problems.html", facts)


async def problem_page(call: Call) -> Reply:
    """What one refusal means, and what to do about it. The `type` of every problem document leads here."""
    language, is_demo = page_language(call), call.components.settings.is_demo
    cls = all_refusals().get(call.params["code"])
    if cls is None:
        asked = call.params["code"][:60]
        return _reply(
            call, language, render("missing.html", language, is_demo, kind="problem", asked=asked), 404
        )
    both = {each: _told(cls, each) for each in LANGUAGES}
    return _reply(call, language, render("problem.html", language, is_demo, both=both, told=both[language]))


def _told(cls: type[Refusal], language: str) -> dict[str, object]:
    """A refusal in one language; its detail keeps the {facts} that each answer fills in."""
    is_en = language == "en"
    own, by_status = f"next.{cls.code}", f"next.{cls.status}"
    advice = next((key for key in (own, by_status) if key in texts()), "next.other")
    return {
        "code": cls.code,
        "status": cls.status,
        "title": cls.title_en if is_en else cls.title_zh,
        "detail": cls.detail_en if is_en else cls.detail_zh,
        "advice": say(language, advice),
        "repeatable": cls.status == 503,
    }


PAGES: tuple[tuple[str, Page], ...] = (
    ("/", home_page),
    ("/q/{code}", phone_page),
    ("/c/{number}", certificate_page),
    ("/account", account_page),
    ("/staff", staff_page),
    ("/staff/gates", gates_page),
    ("/staff/reviews", reviews_page),
    ("/scanner", scanner_page),
    ("/scanner-offline.js", scanner_worker),
    ("/events/{slug}/screen", screen_page),
    ("/organiser", organiser_page),
    ("/events/{slug}/report", event_report_page),
    ("/docs", docs_page),
    ("/learn", learn_page),
    ("/learn/{slug}", article_page),
    ("/problems", problems_page),
    ("/problems/{code}", problem_page),
)
