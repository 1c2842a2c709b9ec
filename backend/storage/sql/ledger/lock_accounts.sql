-- lock_accounts: [lock] balances of accounts and whether they have one proven act, locked in key order so that
-- two batches never wait for each other.
-- $1 id uuid[]
SELECT id, balance, is_proven FROM accounts WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
