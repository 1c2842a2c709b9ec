-- store_transfers: [write] store transfers of points, first answers to idempotency keys, citizens' balances, and gains
-- of lots.
-- $1 … $10 transfers  $11 … $16 idempotency_keys  $17 … $18 accounts  $19 … $21 lots
-- Empty arrays where there is nothing. Citizens' accounts are locked by lock_accounts; the system's accounts and the
-- tallies, which every batch of every process needs, come last, in store_totals.
-- Raises by constraint: transfers_once_per_source, idempotency_keys_once_per_citizen (23505),
-- accounts_citizen_not_negative (23514).
WITH lots_gained AS (
    INSERT INTO lots AS l (citizen_id, expires_on, points)
    SELECT * FROM unnest($19::uuid[], $20::date[], $21::bigint[]) AS new (citizen_id, expires_on, points)
    ON CONFLICT (citizen_id, expires_on) DO UPDATE SET points = l.points + excluded.points
), balances_changed AS (
    UPDATE accounts a SET balance = new.balance
    FROM unnest($17::uuid[], $18::bigint[]) AS new (id, balance)
    WHERE a.id = new.id
), answers_kept AS (
    INSERT INTO idempotency_keys (citizen_id, key, request_digest, status, answer, created_at)
    SELECT * FROM unnest($11::uuid[], $12::text[], $13::bytea[], $14::smallint[], $15::bytea[], $16::timestamptz[])
                  AS new (citizen_id, key, request_digest, status, answer, created_at)
)
INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,
                       created_at, expires_on)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::uuid[],
                     $8::bigint[], $9::timestamptz[], $10::date[])
              AS new (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,
                      created_at, expires_on)
