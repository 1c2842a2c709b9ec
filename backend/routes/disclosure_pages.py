"""Pages of releases and of the platform's figures, and the feed of releases."""

from __future__ import annotations

from urllib.parse import urlencode

from backend.domain.catalogue.factors import city_name
from backend.errors import NotFound
from backend.messages.disclosure.releases import KINDS, DisclosureBrief
from backend.messages.shape import Page as Listed
from backend.render.pages.disclosure import page_facts
from backend.render.pages.disclosure_feed import atom_feed, subject_of
from backend.routes.http.call import Call
from backend.routes.http.pages import Page, page_language, rendered, shell, while_away
from backend.routes.http.reply import Reply
from backend.services.disclosure.releases import Filter, list_disclosures, read_disclosure


@while_away
async def disclosures_page(call: Call) -> Reply:
    """Releases of figures to the public, newest first; needs no script."""
    page, wanted = await _releases(call)
    language = page_language(call)
    following = (
        None if page.next_cursor is None else "/disclosures?" + urlencode(_asked(wanted, page.next_cursor))
    )
    facts = {
        "items": page.items,
        "subjects": {each.number: subject_of(each, language) for each in page.items},
        "kinds": KINDS,
        "kind": wanted.kind,
        "year": wanted.year,
        "following": following,
    }
    return rendered(call, "site/disclosures.html", facts)


@while_away
async def disclosures_feed(call: Call) -> Reply:
    """The same as an Atom feed."""
    page, wanted = await _releases(call)
    base, language = call.components.settings.public_base, page_language(call)
    here, following = (
        f"/disclosures.atom?{urlencode(asked)}" if asked else "/disclosures.atom"
        for asked in (_asked(wanted, call.cursor), _asked(wanted, page.next_cursor))
    )
    body = atom_feed(page.items, base, here, following if page.next_cursor else None, language)
    headers = ((b"cache-control", b"no-cache"), (b"vary", b"accept-language, cookie"))
    return Reply(body=body, media_type=b"application/atom+xml; charset=utf-8", headers=headers)


async def _releases(call: Call) -> tuple[Listed[DisclosureBrief], Filter]:
    """A page of releases; what an address asks for and nobody knows narrows nothing."""
    kind, year = call.query("kind"), call.query("year") or ""
    wanted = Filter(
        kind=kind if kind in KINDS else None,
        year=int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None,
        event=call.query("event"),
        organisation=call.query("organisation"),
    )
    cursor = call.cursor or ""
    before = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 16 else None
    return await list_disclosures(call.components.database, wanted, 20, before), wanted


def _asked(wanted: Filter, cursor: str | None) -> dict[str, object]:
    asked = wanted._asdict() | {"cursor": cursor}
    return {name: value for name, value in asked.items() if value is not None}


@while_away
async def disclosure_page(call: Call) -> Reply:
    """A release with its chart, its tables and its place in the chain; needs no script."""
    asked, language = call.params["number"], page_language(call)
    try:
        found, shown = await read_disclosure(call.components.database, call.components.settings, asked)
    except NotFound:
        return rendered(call, "site/missing.html", {"kind": "disclosure", "asked": asked[:60]}, 404)
    about = {"about": "event_report", "subject": found.row["subject"]} if shown.kind == "event" else {}
    complaint = f"/complaints?{urlencode(about)}" if about else "/complaints"
    facts = page_facts(found.document, language)
    return rendered(
        call, "site/disclosure.html", facts | {"row": found.row, "logged": shown.log, "complaint": complaint}
    )


@while_away
async def stats_page(call: Call) -> Reply:
    """The platform in figures against its targets; needs no script."""
    view, known = await call.components.statistics.show(), call.components.catalogue.cities
    cities = [city_name(known, city, page_language(call)) for city in view.cities]
    return rendered(call, "site/stats.html", {"view": view, "cities": cities})


async def staff_disclosures_page(call: Call) -> Reply:
    return shell(call, "staff/disclosures.html")


PAGES: tuple[tuple[str, Page], ...] = (
    ("/disclosures", disclosures_page),
    ("/disclosures.atom", disclosures_feed),
    ("/disclosures/{number}", disclosure_page),
    ("/stats", stats_page),
    ("/staff/disclosures", staff_disclosures_page),
)
