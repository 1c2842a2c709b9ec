"""The promises of the ledger, checked in SQL over everything that was ever written.

Each check is one statement in storage/sql/audit_*.sql that returns the rows that break its promise.
"""

from __future__ import annotations

import asyncio

import msgspec

from backend.catalogue import load_catalogue
from backend.ledger.audit.ceilings import find_above_ceilings
from backend.ledger.audit.transparency_log import find_log_faults
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.live_counts.cells import COUNTS, NOTHING, Picture
from backend.storage.live_counts.stored_counts import picture_of_event
from backend.storage.redis import REDIS_ERRORS, Counts, connect
from backend.storage.statements import Rows, read, snapshot
from backend.texts.plurals import counted

# Checks read everything that was ever written: they take the time they need, and can change nothing.
AUDIT_SETTINGS = {"application_name": "tianfu-audit", "default_transaction_read_only": "on"}
SETTLE_LOOKS_MAX = 10
SETTLE_S = 0.3

# (name, statement, what it says when whole, what its rows mean when broken)
CHECKS: tuple[tuple[str, str, str, str], ...] = (
    (
        "ledger balances",
        "audit_zero_sum",
        "all accounts sum to zero, every transfer has two accounts that exist",
        "accounts or transfers that do not balance",
    ),
    (
        "balances equal entries",
        "audit_balances",
        "every balance is the sum of its entries, none of a citizen is negative",
        "accounts whose balance is not the sum of their entries",
    ),
    (
        "lots equal balances",
        "audit_lots",
        "every lot is the sum of its transfers, and a citizen's lots sum to the balance",
        "lots that do not add up",
    ),
    (
        "sums equal actions",
        "audit_sums",
        "the sums by month equal the actions that were not taken back",
        "months whose sums differ",
    ),
    (
        "points have a source",
        "audit_sources",
        "every transfer is backed by an action or an attendance with the same points, and the other way round",
        "transfers without their source, or sources without their transfer",
    ),
    (
        "budgets hold",
        "audit_issuance",
        "every budget issued or reserved exactly what its transfers and waiting points say, never more than it has",
        "budgets, or transfers that issue, that do not agree",
    ),
    (
        "nothing proven waits",
        "audit_pending",
        "free points wait only for accounts without a proven act, and every end of waiting is booked as it says",
        "points that wait or ended waiting and must not have",
    ),
    (
        "claims hold",
        "audit_claims",
        "every claim is one action's reduction, donations sum up their claims, causes their donations",
        "claims, donations or causes that do not hold together",
    ),
    (
        "reversals hold",
        "audit_reversals",
        "every reversal returned or let go exactly the points of its action",
        "reversals that do not add up",
    ),
    (
        "redemptions add up",
        "audit_rewards",
        "stock, points, vouchers and coupon codes of every redemption agree, and what was cancelled came back",
        "rewards, redemptions, vouchers or codes that do not agree",
    ),
    (
        "no batch is overdrawn",
        "audit_batches",
        "no batch gives more grams than were retired, and pools hold what was assigned",
        "batches that are overdrawn or assigned twice",
    ),
    (
        "pools are spendable",
        "audit_pools_spendable",
        "every pool is of a batch that is retired, and of nothing that was only planted",
        "pools of batches that are not retired or not issued",
    ),
    (
        "retirements are one thing once",
        "audit_retirements_once",
        "no two batches that are not void tell the same retirement or the same serials, however spelled",
        "batches of a retirement that another one has already",
    ),
    (
        "retirements follow their vintage",
        "audit_retirements_timely",
        "no batch was retired before its vintage",
        "batches that were retired before their vintage",
    ),
    (
        "retirements are confirmed by another",
        "audit_retirements_confirmed",
        "every batch in a pool that needed a second person was confirmed by one",
        "batches in pools that no second person confirmed",
    ),
    (
        "serials have no gap and no overlap",
        "audit_serials",
        "the serials allocated from a pool run on without a gap or an overlap",
        "pools whose allocated serials do not run on",
    ),
    (
        "offsets equal allocations",
        "audit_offsets",
        "every offset holds what it was given and did not release, within its footprint; revisions and waits agree",
        "offsets that do not add up",
    ),
    (
        "nobody drains a pool",
        "audit_offset_ceilings",
        "no offset holds more than the ceiling for one person unless staff let it through",
        "offsets above the ceiling that nobody let through",
    ),
    (
        "points pay for offsets",
        "audit_payments",
        "points paid for offsets equal their transfers, their prices and what sponsors' budgets say",
        "payments, offsets or budgets that do not agree",
    ),
    (
        "one participation each",
        "audit_participation",
        "one attendance per person and per badge, each with its footprint and an issued badge",
        "attendances that are double or point nowhere",
    ),
    (
        "presence equals the gate scans",
        "audit_presence",
        "who is inside is who the scans at the gates let in last, each scan of a device and of an issued badge",
        "badges whose presence no scan explains, or scans that point nowhere",
    ),
    (
        "inventories hold",
        "audit_inventories",
        "every line follows from its factor and supersedes one line of its kind once; published accounts equal theirs",
        "lines or published accounts that do not agree",
    ),
    (
        "moves are whole",
        "audit_moves",
        "every account that was moved is closed and empty, and each of its points came to the account that it became",
        "accounts that were moved in part, or twice",
    ),
    (
        "ledger tables are append-only",
        "audit_rights",
        "the application's role can neither change nor remove a row of the ledger",
        "rights that the application's role has and must not have",
    ),
    (
        "nothing is backdated",
        "audit_clocks",
        "every row was written when it says, by the database's clock, within ten minutes",
        "rows that the database wrote at another time than they say",
    ),
    (
        "log entries equal rows",
        "audit_log_rows",
        "every entry of the log tells an offset, a retirement, a report or a release as written; none is missing",
        "entries that tell something else, or are missing",
    ),
    (
        "live counts equal the ledger",
        "audit_tallies",
        "the counts per event equal what was written",
        "events whose counts differ",
    ),
)


CEILINGS_TOLD = (
    "no citizen's day or month of actions holds more points or grams than the ceilings in force",
    "days or months of citizens above a ceiling",
)


class Finding(msgspec.Struct, frozen=True):
    """One promise: whether it is broken, and a sentence with the number."""

    promise: str
    is_broken: bool
    sentence: str


async def audit_all(settings: Settings) -> list[Finding]:
    """Every promise, in SQL; and Redis against PostgreSQL when Redis answers."""
    database = Database(settings.database_url, pool_size_max=2, server_settings=AUDIT_SETTINGS)
    await database.open()
    try:
        return await audit_database(database, settings)
    finally:
        await database.close()


async def audit_database(database: Database, settings: Settings) -> list[Finding]:
    findings = []
    for promise, statement, whole, broken in CHECKS:
        findings.append(_finding(promise, await read(database, statement), whole, broken))
    above = await find_above_ceilings(database, load_catalogue().guards)
    findings.append(_finding("ceilings hold", above, *CEILINGS_TOLD))
    findings.append(await _audit_log(database, settings))
    findings.append(await _audit_redis(database, settings))
    return findings


def _finding(promise: str, rows: Rows, whole: str, broken: str) -> Finding:
    shown = "; ".join(str(dict(row)) for row in rows[:3])
    return Finding(promise, bool(rows), f"{len(rows)} {broken}: {shown}" if rows else whole)


async def _audit_log(database: Database, settings: Settings) -> Finding:
    promise = "the log verifies"
    async with snapshot(database):
        size, faults = await find_log_faults(database, settings)
    if faults:
        return Finding(promise, True, f"{counted(len(faults), 'fault', 'faults')}: {'; '.join(faults[:3])}")
    return Finding(
        promise, False, f"{counted(size, 'entry leads', 'entries lead')} to the root of every signed head"
    )


async def _audit_redis(database: Database, settings: Settings) -> Finding:
    promise = "Redis equals the database"
    redis = connect(settings.redis_url, timeout_ms=settings.redis_timeout_ms)
    try:
        # Counts reach Redis a moment after COMMIT: a difference counts when it stays.
        for _ in range(SETTLE_LOOKS_MAX):
            compared, differing = await _compare(database, Counts(redis))
            if not differing:
                return Finding(
                    promise,
                    False,
                    f"the pictures of {counted(compared, 'event equals', 'events equal')} the database's",
                )
            await asyncio.sleep(SETTLE_S)
    except REDIS_ERRORS:
        return Finding(promise, False, "Redis is away; nothing to compare, nothing lost")
    finally:
        await redis.aclose()
    return Finding(promise, True, "; ".join(differing[:3]))


async def _compare(database: Database, counts: Counts) -> tuple[int, list[str]]:
    """How many events' pictures were compared, and a sentence for each that differs."""
    differing = []
    compared = 0
    for row in await read(database, "audit_events"):
        kept = await counts.picture(row["id"], row["gates"], [])
        if kept is None:
            continue  # not in Redis: rebuilt from PostgreSQL at the next request
        compared += 1
        true = await picture_of_event(database, row["id"], [])
        gates = {gate: numbers for gate, numbers in true.by_gate.items() if numbers != NOTHING}
        if (kept.total, kept.by_gate) != (true.total, gates):
            differing.append(f"{row['slug']}: Redis {_words(kept)}, database {_words(true)}")
    return compared, differing


def _words(picture: Picture) -> str:
    return ", ".join(f"{name} {number}" for name, number in zip(COUNTS, picture.total, strict=True))
