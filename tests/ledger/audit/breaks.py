# ruff: noqa: S608 - the names come from this file
"""Ways to break a promise by hand, as the owner of the tables, each with the findings that must name it.

The scene: three people joined `fair` with 20 kg offset each from a pool of one tonne; the first of them rode a
bicycle. Where a constraint would refuse the damage it is dropped first: the audit is for the day when one is missing.
Everything that a break does not mean to break is kept in balance, so that the right finding is the only one.
"""

from __future__ import annotations

from dataclasses import dataclass

LEDGER = "ledger balances"
BALANCES = "balances equal entries"
SOURCES = "points have a source"
BATCHES = "no batch is overdrawn"
SPENDABLE = "pools are spendable"
ONCE = "retirements are one thing once"
TIMELY = "retirements follow their vintage"
CONFIRMED = "retirements are confirmed by another"
SERIALS = "serials have no gap and no overlap"
OFFSETS = "offsets equal allocations"
LOTS = "lots equal balances"
SUMS = "sums equal actions"
PARTICIPATION = "one participation each"
INVENTORIES = "inventories hold"
PRESENCE = "presence equals the gate scans"
REDEMPTIONS = "redemptions add up"
CLAIMS = "claims hold"
REVERSALS = "reversals hold"
BACKDATED = "nothing is backdated"
MOVES = "moves are whole"
RIGHTS = "ledger tables are append-only"
TALLIES = "live counts equal the ledger"
BUDGETS = "budgets hold"
PENDING = "nothing proven waits"
PAYMENTS = "points pay for offsets"
CEILINGS = "ceilings hold"
POOL_CEILINGS = "nobody drains a pool"
REDIS = "Redis equals the database"

ISSUANCE = "'00000000-0000-7000-8000-000000000001'"
REDEMPTION = "'00000000-0000-7000-8000-000000000002'"
# People, first to last as they joined; one of them, the first, has an action.
BUDGET = "(SELECT id FROM issuance_budgets)"
WHO = "(SELECT citizen_id FROM attendances ORDER BY joined_at, id LIMIT 1 OFFSET {})"
FIRST, SECOND = WHO.format(0), WHO.format(1)
LAST_SERIAL = "(SELECT max(serial_from) FROM allocations)"


@dataclass(frozen=True)
class Break:
    """What is done to the tables, and the promises that the audit must report, these and no others."""

    name: str
    statements: tuple[str, ...]
    found: frozenset[str]

    def __str__(self) -> str:
        return self.name


def _break(name: str, *statements: str, found: str | set[str]) -> Break:
    return Break(name, statements, frozenset({found} if isinstance(found, str) else found))


def _transfer(debit: str, credit: str, points: int, source: str, reason: str = "action") -> str:
    budget = BUDGET if ISSUANCE in (debit, credit) else "NULL"
    return f"""INSERT INTO transfers SELECT {FIRST}, gen_random_uuid(), {debit}, {credit}, {points}, '{reason}',
               {source}, 0, now(), expires_on, {budget} FROM lots WHERE citizen_id = {FIRST}"""


def _fill(points: int) -> str:
    """More points in the first person's lot, as a transfer brings them."""
    return f"UPDATE lots SET points = points + {points} WHERE citizen_id = {FIRST}"


def _pay(account: str, points: int) -> str:
    return f"UPDATE accounts SET balance = balance + {points} WHERE id = {account}"


def _issue(points: int) -> str:
    """The other side of points that a citizen gains: the issuing account and the budget that paid for them."""
    return f"""WITH issued AS (UPDATE issuance_budgets SET issued_points = issued_points + {points})
               {_pay(ISSUANCE, -points)}"""


def _action(points: int) -> str:
    """Another action of the first person, with the id 7…7."""
    return f"""INSERT INTO actions SELECT citizen_id, '77777777-7777-7777-7777-777777777777', method, method_version,
               factor_set, quantity, credited_quantity, parameters, tier, occurred_at, day, reduction_g, {points},
               state, capped_by, claim_state, event_id, gate, created_at FROM actions LIMIT 1"""


def _cause(grams: int, donations: int) -> str:
    return f"""INSERT INTO causes (id, slug, name_zh, name_en, about_zh, about_en, donated_g, donations)
               VALUES ({SEVENS}, 'broken', '', '', '', '', {grams}, {donations})"""


SEVENS = "'77777777-7777-7777-7777-777777777777'"
BEFORE_BUDGETS = "'00000000-0000-7000-8000-000000000026'"
NOBODY = "'99999999-9999-9999-9999-999999999999'"


def _line(
    line: str, *, emission_g: int = 140_400, supersedes: str = "NULL", source: str = "electricity"
) -> str:
    """A line of activity data: 1,000 kWh."""
    return f"""INSERT INTO inventory_lines (event_id, id, phase, grouping, source, quantity, unit, starts_on, ends_on,
        factor_id, factor_value, factor_unit, unit_g, emission_g, quality, supersedes, created_by)
        SELECT id, {line}, 'actual', 'energy', '{source}', 1000, 'kWh', '2026-11-01', '2026-11-02',
        'grid-sichuan-2022', 0.1404, 'kgCO2e/kWh', 140.4, {emission_g}, 1, {supersedes}, created_by FROM events"""


BREAKS: tuple[Break, ...] = (
    _break(
        "points out of nothing on the issuing account",
        _pay(ISSUANCE, 1),
        found={LEDGER, BALANCES},
    ),
    _break(
        "points out of nothing on a citizen's account",
        _pay(FIRST, 1),
        found={LEDGER, BALANCES, LOTS},
    ),
    _break(
        "points moved from one citizen to another without a transfer",
        _pay(FIRST, 3),
        _pay(SECOND, -3),
        found={BALANCES, LOTS},
    ),
    _break(
        "transfer between two accounts that is filed under a third",
        f"UPDATE transfers SET citizen_id = {NOBODY} WHERE reason = 'action'",
        f"UPDATE actions SET citizen_id = {NOBODY}",
        found={LEDGER, LOTS, SUMS},
    ),
    _break(
        "transfer from an account that does not exist",
        _action(5),
        _transfer(NOBODY, FIRST, 5, SEVENS),
        _pay(FIRST, 5),
        _fill(5),
        found={LEDGER, SUMS},
    ),
    _break(
        "negative balance",
        "ALTER TABLE accounts DROP CONSTRAINT accounts_citizen_not_negative",
        "ALTER TABLE lots DROP CONSTRAINT lots_points_not_negative",
        "ALTER TABLE issuance_budgets DROP CONSTRAINT issuance_budgets_issued_not_negative",
        _action(5000),
        _transfer(FIRST, ISSUANCE, 5000, SEVENS),
        _pay(FIRST, -5000),
        _fill(-5000),
        _issue(-5000),
        found={BALANCES, SUMS, CEILINGS},
    ),
    _break(
        "transfer without a source",
        _transfer(ISSUANCE, FIRST, 5, SEVENS),
        _pay(FIRST, 5),
        _fill(5),
        _issue(5),
        found=SOURCES,
    ),
    _break(
        "action whose points were never paid",
        _action(5),
        found={SOURCES, SUMS},
    ),
    _break(
        "transfer of other points than its source",
        "UPDATE transfers SET points = points + 1 WHERE reason = 'action'",
        _pay(FIRST, 1),
        _fill(1),
        _issue(1),
        found=SOURCES,
    ),
    _break(
        "transfer that was deleted",
        _pay(FIRST, -10),
        _fill(-10),
        _issue(-10),
        f"DELETE FROM transfers WHERE reason = 'event_join' AND citizen_id = {FIRST}",
        found=SOURCES,
    ),
    _break(
        "day of more grams on one's own word than there may be",
        "UPDATE actions SET reduction_g = 301",
        "UPDATE action_sums SET reduction_g = 301",
        found=CEILINGS,
    ),
    _break(
        "month of more grams on one's own word than there may be",
        "UPDATE actions SET reduction_g = 290",
        """INSERT INTO actions SELECT citizen_id, gen_random_uuid(), method, method_version, factor_set, quantity,
           credited_quantity, parameters, tier, occurred_at, other, reduction_g, 0, state, capped_by, claim_state,
           event_id, gate, created_at FROM actions, generate_series(1, 11) AS number,
           LATERAL (SELECT (date_trunc('month', day)::date + CASE WHEN extract(day FROM day) > 15 THEN number
           ELSE number + 15 END)::date) AS another (other)""",
        "UPDATE action_sums SET reduction_g = 12 * 290, actions = 12",
        found=CEILINGS,
    ),
    _break(
        "act of more points than any act earns",
        "UPDATE actions SET points = points + 930, tier = 'E1'",
        "UPDATE action_sums SET points = points + 930, is_verified = true",
        "UPDATE transfers SET points = points + 930 WHERE reason = 'action'",
        _pay(FIRST, 930),
        _fill(930),
        _issue(930),
        found=CEILINGS,
    ),
    _break(
        "budget that tells less than it issued",
        "UPDATE issuance_budgets SET issued_points = issued_points - 1",
        found=BUDGETS,
    ),
    _break(
        "budget that nobody raised",
        "UPDATE issuance_budgets SET total_points = total_points + 1",
        found=BUDGETS,
    ),
    _break("budget that nobody opened", "DELETE FROM issuance_budget_changes", found=BUDGETS),
    _break(
        "points issued by a budget that is not there",
        f"UPDATE transfers SET budget_id = {NOBODY} WHERE reason = 'action'",
        found=BUDGETS,
    ),
    _break(
        "points that were issued before there were budgets, today",
        f"UPDATE transfers SET budget_id = {BEFORE_BUDGETS}, created_at = now() WHERE reason = 'action'",
        f"""INSERT INTO issuance_budgets (id, sponsor, name_zh, name_en, total_points, opened_at, closed_at)
            VALUES ({BEFORE_BUDGETS}, 'city', '', '', 0, now() - interval '2 days', now())""",
        f"""UPDATE issuance_budgets SET issued_points = issued_points
            - (SELECT points FROM transfers WHERE reason = 'action') WHERE id <> {BEFORE_BUDGETS}""",
        found=BUDGETS,
    ),
    _break(
        "points that wait for somebody who has proven an act",
        f"""INSERT INTO pending_points
            SELECT {FIRST}, {SEVENS}, 'quiz', 5, {BUDGET}, '2026-11-01', '2027-01-30', now()""",
        "UPDATE issuance_budgets SET issued_points = issued_points + 5",
        found={PENDING, SOURCES},
    ),
    _break(
        "reserved points that their budget does not know of",
        f"""INSERT INTO pending_points
            SELECT {NOBODY}, id, 'quiz', 5, {BUDGET}, '2026-11-01', '2027-01-30', now() FROM actions""",
        found={BUDGETS, SOURCES},
    ),
    _break(
        "account whose proven act was forgotten",
        "UPDATE actions SET tier = 'E3'",
        "UPDATE action_sums SET is_verified = true",
        f"UPDATE accounts SET is_proven = false WHERE id = {FIRST}",
        found=PENDING,
    ),
    _break(
        "end of a wait that never was",
        f"INSERT INTO pending_point_ends SELECT {FIRST}, {SEVENS}, 'quiz', 'lapsed', now()",
        found=PENDING,
    ),
    _break(
        "pool of more grams than were retired",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_assigned_within",
        "UPDATE pools SET serial_to = serial_to + 1",
        "UPDATE credit_batches SET assigned_g = assigned_g + 1",
        found=BATCHES,
    ),
    _break(
        "batch that forgot what it assigned",
        "UPDATE credit_batches SET assigned_g = assigned_g - 1",
        found=BATCHES,
    ),
    _break(
        "batch of which more is allocated than was retired",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_assigned_within",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_quantity_whole",
        "UPDATE credit_batches SET quantity_t = 0",
        found=BATCHES,
    ),
    _break(
        "two pools over the same serials",
        "ALTER TABLE pools DROP CONSTRAINT pools_ranges_apart",
        """INSERT INTO pools (event_id, position, batch_id, serial_from, serial_to, next_serial)
           SELECT event_id, 9, batch_id, 900000, 900009, 900000 FROM pools""",
        "UPDATE credit_batches SET assigned_g = assigned_g + 10, quantity_t = 2",
        found=BATCHES,
    ),
    _break(
        "serials skipped by the pool",
        "UPDATE pools SET next_serial = next_serial + 1",
        found=SERIALS,
    ),
    _break(
        "gap between two allocations",
        f"""UPDATE allocations SET serial_from = serial_from + 1, serial_to = serial_to + 1
            WHERE serial_from = {LAST_SERIAL}""",
        "UPDATE pools SET next_serial = next_serial + 1",
        found=SERIALS,
    ),
    _break(
        "allocations that overlap",
        f"""UPDATE allocations SET serial_from = serial_from - 1, serial_to = serial_to - 1
            WHERE serial_from = {LAST_SERIAL}""",
        "UPDATE pools SET next_serial = next_serial - 1",
        found=SERIALS,
    ),
    _break(
        "allocation outside its event's pool",
        f"""UPDATE allocations SET serial_from = serial_from + 5000000, serial_to = serial_to + 5000000
            WHERE serial_from = {LAST_SERIAL}""",
        "UPDATE pools SET next_serial = next_serial - 20000",
        found=SERIALS,
    ),
    _break(
        "allocation of fewer grams than its offset",
        "ALTER TABLE allocations DROP CONSTRAINT allocations_grams_are_serials",
        f"UPDATE allocations SET grams = grams - 1 WHERE serial_from = {LAST_SERIAL}",
        found=OFFSETS,
    ),
    _break(
        "partial offset that calls itself full",
        f"UPDATE offsets SET kind = 'full' WHERE citizen_id = {FIRST}",
        found=OFFSETS,
    ),
    _break(
        "offset of another footprint than its attendance",
        """INSERT INTO footprints SELECT event_id, digest || '\\x00'::bytea, total_g, basis, factor_set, journey, body
           FROM footprints""",
        f"UPDATE offsets SET footprint_digest = footprint_digest || '\\x00' WHERE citizen_id = {FIRST}",
        found=OFFSETS,
    ),
    _break(
        "attendance that says allocated and has no offset",
        f"""UPDATE allocations SET offset_id = (SELECT id FROM offsets WHERE citizen_id = {SECOND}), position = 2
            WHERE offset_id = (SELECT id FROM offsets WHERE citizen_id = {FIRST})""",
        f"UPDATE offsets SET grams = 40000 WHERE citizen_id = {SECOND}",
        f"DELETE FROM offsets WHERE citizen_id = {FIRST}",
        "UPDATE tallies SET offsets = offsets - 1 WHERE offsets > 0",
        found=OFFSETS,
    ),
    _break(
        "offset that grew without an allocation",
        f"INSERT INTO offset_changes SELECT event_id, {FIRST}, 1, 1, 5, now() FROM pools",
        found={OFFSETS, TALLIES},
    ),
    _break(
        "offset above the ceiling that staff did not let through",
        f"UPDATE offsets SET ceiling_g = grams - 1 WHERE citizen_id = {FIRST}",
        found=POOL_CEILINGS,
    ),
    _break(
        "offset that was refused and given all the same",
        f"UPDATE offsets SET ceiling_g = grams - 1 WHERE citizen_id = {FIRST}",
        f"""INSERT INTO offset_waits SELECT event_id, citizen_id, 1, 5, 'sponsor', false, footprint_digest, now(),
            now(), 'ceiling' FROM attendances WHERE citizen_id = {FIRST}""",
        f"INSERT INTO offset_wait_ends SELECT event_id, {FIRST}, 1, 'refused', now() FROM pools",
        found=POOL_CEILINGS,
    ),
    _break(
        "release of serials that the offset never held",
        f"INSERT INTO offset_releases SELECT event_id, batch_id, 900000, 900004, 5, {FIRST}, 2, now() FROM pools",
        found={SERIALS, OFFSETS},
    ),
    _break(
        "release from the middle of an offset",
        f"""INSERT INTO offset_releases SELECT event_id, batch_id, serial_from + 5, serial_from + 9, 5, {FIRST}, 2,
            now() FROM allocations WHERE offset_id = (SELECT id FROM offsets WHERE citizen_id = {FIRST})""",
        found={SERIALS, OFFSETS},
    ),
    _break(
        "revision that tells another difference than there is",
        f"""INSERT INTO journey_revisions SELECT event_id, {FIRST}, 2, {SEVENS}, digest, total_g, 5, basis, now()
            FROM footprints""",
        found=OFFSETS,
    ),
    _break(
        "person who waits for what they have",
        f"""INSERT INTO offset_waits SELECT event_id, citizen_id, 1, 5, 'sponsor', false, footprint_digest, now(), now()
            FROM attendances WHERE citizen_id = {FIRST}""",
        found=OFFSETS,
    ),
    _break(
        "points paid for an offset that nobody recorded",
        _transfer(FIRST, REDEMPTION, 5, SEVENS, "offset"),
        _pay(FIRST, -5),
        _fill(-5),
        _pay(REDEMPTION, 5),
        found=PAYMENTS,
    ),
    _break(
        "sponsor's budget that nobody spent",
        "INSERT INTO event_budgets SELECT event_id, 1, 100, 5 FROM pools",
        found=PAYMENTS,
    ),
    _break(
        "badge that two people wear",
        "ALTER TABLE attendances DROP CONSTRAINT attendances_once_per_badge",
        "UPDATE attendances SET badge_serial = 1",
        found=PARTICIPATION,
    ),
    _break(
        "citizen who attends twice",
        "ALTER TABLE attendances DROP CONSTRAINT attendances_once_per_citizen",
        f"""INSERT INTO attendances SELECT event_id, citizen_id, gen_random_uuid(), NULL, gate, footprint_digest,
            'none', 0, joined_at FROM attendances WHERE citizen_id = {FIRST}""",
        """UPDATE tallies SET joined = joined + 1, footprints = footprints + 1,
           footprint_g = footprint_g + (SELECT total_g FROM footprints)""",
        # Grams are found by event and citizen, and such a person has theirs twice.
        found={PARTICIPATION, TALLIES},
    ),
    _break(
        "attendance with a badge that was never issued",
        f"UPDATE attendances SET badge_serial = 99999 WHERE citizen_id = {FIRST}",
        found=PARTICIPATION,
    ),
    _break(
        "attendance of nobody",
        f"""INSERT INTO attendances SELECT event_id, {NOBODY}, gen_random_uuid(), NULL, gate, footprint_digest,
            'none', 0, joined_at FROM attendances LIMIT 1""",
        """UPDATE tallies SET joined = joined + 1, footprints = footprints + 1,
           footprint_g = footprint_g + (SELECT total_g FROM footprints)""",
        found=PARTICIPATION,
    ),
    *(
        _break(f"tally of too many {column}", f"UPDATE tallies SET {column} = {column} + 1", found=TALLIES)
        for column in ("joined", "footprints", "footprint_g", "offsets", "grams", "actions", "points")
    ),
    _break("tallies that were lost", "DELETE FROM tallies", found=TALLIES),
    _break(
        "batch that was made void after it was given away",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_assigned_when_retired",
        "UPDATE credit_batches SET status = 'void', voided_at = now(), void_reason = 'broken'",
        found=SPENDABLE,
    ),
    _break(
        "batch of a forest that was only planted",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_ex_ante_not_retired",
        "UPDATE credit_batches SET is_ex_ante = true",
        found=SPENDABLE,
    ),
    _break(
        "retirement that was entered twice under another spelling",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_retired_once",
        f"""INSERT INTO credit_batches (id, product, project_name, vintage, quantity_t, retirement_ref, retirement_key,
                                        retired_on)
            SELECT {SEVENS}, product, project_name, vintage, quantity_t, lower(retirement_ref), retirement_key,
                   retired_on FROM credit_batches""",
        found=ONCE,
    ),
    _break(
        "retirement that was found to be a copy when keys were given",
        "UPDATE credit_batches SET retirement_key = retirement_key || ' ~2'",
        found=ONCE,
    ),
    _break(
        "retirement before its vintage",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_retired_after_vintage",
        "UPDATE credit_batches SET retired_on = '2020-01-15'",
        found=TIMELY,
    ),
    _break(
        "batch in a pool that nobody confirmed",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_retired_when_confirmed",
        "UPDATE credit_batches SET needs_confirmation = true, told_by = (SELECT array_agg(id) FROM staff)",
        found=CONFIRMED,
    ),
    _break(
        "batch in a pool that was confirmed by who entered it",
        "ALTER TABLE credit_batches DROP CONSTRAINT credit_batches_confirmed_by_another",
        """UPDATE credit_batches SET needs_confirmation = true, told_by = ARRAY[s.id], confirmed_by = s.id,
           confirmed_at = now() FROM (SELECT id FROM staff LIMIT 1) s""",
        found=CONFIRMED,
    ),
    _break(
        "claim of an action that is not there",
        f"INSERT INTO claims SELECT {FIRST}, {SEVENS}, 'cancelled', 5, {NOBODY}, now()",
        found=CLAIMS,
    ),
    _break(
        "donation that no action stands behind",
        _cause(5, 1),
        f"INSERT INTO donations SELECT {FIRST}, {NOBODY}, {SEVENS}, 5, 1, now()",
        found=CLAIMS,
    ),
    _break("cause that tells more than it was given", _cause(5, 1), found=CLAIMS),
    _break(
        "reversal that took no points back",
        """INSERT INTO reversals SELECT citizen_id, id, gen_random_uuid(), points, 0, 'broken', 'nobody', now()
           FROM actions""",
        "UPDATE action_sums SET actions = 0, reduction_g = 0, points = 0",
        found=REVERSALS,
    ),
    _break(
        "points taken back for nothing",
        _transfer(FIRST, ISSUANCE, 5, SEVENS, "reversal"),
        _pay(FIRST, -5),
        _fill(-5),
        _issue(-5),
        found=REVERSALS,
    ),
    _break(
        "reward that lost a piece nobody got",
        """INSERT INTO rewards (id, slug, kind, name_zh, name_en, about_zh, about_en, cost_points, stock, stock_left)
           VALUES (gen_random_uuid(), 'tree', 'donation', '-', '-', '-', '-', 1, 2, 1)""",
        found=REDEMPTIONS,
    ),
    _break(
        "redemption that cost nothing",
        """INSERT INTO rewards (id, slug, kind, name_zh, name_en, about_zh, about_en, cost_points)
           VALUES (gen_random_uuid(), 'tree', 'donation', '-', '-', '-', '-', 1)""",
        f"INSERT INTO redemptions SELECT {FIRST}, {SEVENS}, id, 1, NULL, NULL, now() FROM rewards",
        found=REDEMPTIONS,
    ),
    _break(
        "points spent on nothing",
        _transfer(FIRST, REDEMPTION, 5, SEVENS, "redemption"),
        _pay(FIRST, -5),
        _fill(-5),
        _pay(REDEMPTION, 5),
        found=REDEMPTIONS,
    ),
    _break(
        "consent that says it was given yesterday",
        f"""INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)
            VALUES ({SEVENS}, 'leaderboard', 1, true, '1', now() - interval '1 day')""",
        found=BACKDATED,
    ),
    _break(
        "consent of a time to come",
        f"""INSERT INTO consents (citizen_id, scope, revision, is_granted, policy_version, decided_at)
            VALUES ({SEVENS}, 'leaderboard', 1, true, '1', now() + interval '11 minutes')""",
        found=BACKDATED,
    ),
    _break(
        "badge that is inside and was never scanned",
        f"INSERT INTO presence (event_id, badge_serial, is_inside, since, last_scan) "
        f"SELECT event_id, serial, true, now(), {SEVENS} FROM badges WHERE serial = 1",
        found=PRESENCE,
    ),
    _break(
        "scan by a device that nobody entered",
        f"""INSERT INTO gate_scans (event_id, id, device_id, gate, code_digest, direction, result, is_admitted,
            is_offline, device_at, scanned_at, received_at)
            SELECT id, {SEVENS}, {NOBODY}, 1, decode(repeat('00', 16), 'hex'), 'entry', 'unknown', false, false, now(),
            now(), now() FROM events""",
        found=PRESENCE,
    ),
    _break(
        "account that leads to another one and was never moved",
        f"""INSERT INTO merged_accounts (other_id, citizen_id)
            SELECT {SEVENS}, id FROM accounts WHERE kind = 'citizen' LIMIT 1""",
        found=MOVES,
    ),
    _break(
        "account that was moved and goes on",
        f"""INSERT INTO account_moves (citizen_id, id, other_id, kind, points, points_taken_back, attendances,
            attendances_staying, actions, answer, moved_at)
            SELECT min(id::text)::uuid, {SEVENS}, max(id::text)::uuid, 'merge', 0, 0, 0, 0, 0, '{{}}', now()
            FROM accounts WHERE kind = 'citizen'""",
        found=MOVES,
    ),
    _break(
        "line of activity data whose grams do not follow from its factor",
        "ALTER TABLE inventory_lines DROP CONSTRAINT inventory_lines_grams_follow",
        _line(SEVENS, emission_g=140_399),
        found=INVENTORIES,
    ),
    _break(
        "line that two lines correct",
        "ALTER TABLE inventory_lines DROP CONSTRAINT inventory_lines_superseded_once",
        _line(SEVENS),
        _line("gen_random_uuid()", supersedes=SEVENS),
        _line("gen_random_uuid()", supersedes=SEVENS),
        found=INVENTORIES,
    ),
    _break(
        "correction of a line of another source",
        _line(SEVENS),
        _line("gen_random_uuid()", supersedes=SEVENS, source="heat"),
        found=INVENTORIES,
    ),
)
