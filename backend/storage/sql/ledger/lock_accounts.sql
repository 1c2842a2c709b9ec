-- lock_accounts: [lock] balances of accounts, whether they have one proven act, whether they were erased and the badge of
-- a guest's, locked in key order so that two batches never wait for each other.
-- $1 id uuid[]
SELECT id, balance, is_proven, erased_at IS NOT NULL AS is_erased, guest_event_id, guest_badge
FROM accounts WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
