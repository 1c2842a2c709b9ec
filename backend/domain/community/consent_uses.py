"""What needs a consent: every place that may do something only while its citizen agrees, with the scope that it needs.

The places read their scope here, so this table is what the code does. A route that needs a consent as a whole names its
use in its `Endpoint`; inside a route, a job or the ledger the use names the statement that asks.
"""

from __future__ import annotations

from typing import Literal

import msgspec

WERUN = "werun"
LEADERBOARD = "leaderboard"
AGGREGATION = "aggregation"
JOURNEYS = "event_profile"
MESSAGES = "subscribe"
PARTNER_SOURCES = "partner_sources"
"""Given one partner at a time: a grant in force is the consent, and there is no row of it besides."""


class ConsentUse(msgspec.Struct, frozen=True):
    """A place that needs a consent, and what becomes of its work without one."""

    place: str
    """A route as its Endpoint writes it, or `job <name>`."""
    scope: str
    without: Literal["refused", "left_out"]
    """Refused: the caller is told `consent_needed`. Left out: the rest is done without the citizen."""
    statement: str | None = None
    """The SQL statement that asks; None where the Endpoint does."""


STEPS_TAKEN = ConsentUse("POST /v1/me/steps", WERUN, "refused")
STEPS_BOOKED = ConsentUse("POST /v1/reviews/{id}/decision", WERUN, "refused", "load_consents")
MESSAGES_ACCEPTED = ConsentUse("POST /v1/me/subscriptions", MESSAGES, "refused")
MESSAGES_SENT = ConsentUse("job outbox", MESSAGES, "left_out", "begin_notice_delivery")
BOARDS_SHOWN = ConsentUse("GET /v1/leaderboards/{board}", LEADERBOARD, "left_out", "read_ranked_citizens")
BOARDS_OF_WEEKS = ConsentUse("job leaderboards", LEADERBOARD, "left_out", "read_grams_by_week")
BOARDS_OF_MONTHS = ConsentUse("job leaderboards", LEADERBOARD, "left_out", "read_grams_by_month")
RANK_TOLD = ConsentUse("GET /v1/me/reports/{period}", LEADERBOARD, "left_out", "read_decision")
REDUCTIONS_AGGREGATED = ConsentUse("POST /v1/aggregations", AGGREGATION, "left_out", "find_consenting")
REDUCTIONS_CLAIMED = ConsentUse("POST /v1/aggregations", AGGREGATION, "left_out", "load_consents")
JOURNEYS_KEPT = ConsentUse("POST /v1/scans", JOURNEYS, "left_out", "load_consents")
ITEMS_TAKEN = ConsentUse("POST /v1/partners/actions", PARTNER_SOURCES, "refused", "read_subjects")
ITEMS_BOOKED = ConsentUse("POST /v1/partners/actions", PARTNER_SOURCES, "refused", "load_source_grants")
ITEMS_WAITED = ConsentUse("job waiting_items", PARTNER_SOURCES, "left_out", "read_pending_items")

USES = (
    STEPS_TAKEN,
    STEPS_BOOKED,
    MESSAGES_ACCEPTED,
    MESSAGES_SENT,
    BOARDS_SHOWN,
    BOARDS_OF_WEEKS,
    BOARDS_OF_MONTHS,
    RANK_TOLD,
    REDUCTIONS_AGGREGATED,
    REDUCTIONS_CLAIMED,
    JOURNEYS_KEPT,
    ITEMS_TAKEN,
    ITEMS_BOOKED,
    ITEMS_WAITED,
)
SCOPES = frozenset(use.scope for use in USES)
