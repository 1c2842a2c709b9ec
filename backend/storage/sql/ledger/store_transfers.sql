-- store_transfers: [write] store transfers of points, first answers to idempotency keys, and gains of lots; and points
-- that wait for a first proven act. Citizens' balances move with the transfers (trigger transfers_move_balances).
-- $1 … $11 transfers  $12 … $17 idempotency_keys  $18 … $20 lots  $21 … $28 pending_points
-- Empty arrays where there is nothing. Citizens' accounts are locked by lock_accounts; the system's accounts and the
-- tallies, which every batch of every process needs, come last, in store_totals.
-- Raises by constraint: transfers_once_per_source, idempotency_keys_once_per_citizen, pending_points_once_per_source
-- (23505), transfers_issued_by_a_budget (23514),
-- accounts_citizen_not_negative (23514).
WITH lots_gained AS (
    INSERT INTO lots AS l (citizen_id, expires_on, points)
    SELECT * FROM unnest($18::uuid[], $19::date[], $20::bigint[]) AS new (citizen_id, expires_on, points)
    ON CONFLICT (citizen_id, expires_on) DO UPDATE SET points = l.points + excluded.points
), answers_kept AS (
    INSERT INTO idempotency_keys (citizen_id, key, request_digest, status, answer, created_at)
    SELECT * FROM unnest($12::uuid[], $13::text[], $14::bytea[], $15::smallint[], $16::bytea[], $17::timestamptz[])
                  AS new (citizen_id, key, request_digest, status, answer, created_at)
), kept_waiting AS (
    INSERT INTO pending_points (citizen_id, source_id, reason, points, budget_id, day, lapses_on, created_at)
    SELECT * FROM unnest($21::uuid[], $22::uuid[], $23::text[], $24::bigint[], $25::uuid[], $26::date[], $27::date[],
                         $28::timestamptz[])
                  AS new (citizen_id, source_id, reason, points, budget_id, day, lapses_on, created_at)
)
INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,
                       created_at, expires_on, budget_id)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::uuid[],
                     $8::bigint[], $9::timestamptz[], $10::date[], $11::uuid[])
              AS new (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,
                      created_at, expires_on, budget_id)
