-- store_balances: balances of locked accounts. Raises accounts_citizen_not_negative (23514).
-- $1 id uuid[]  $2 balance bigint[]
UPDATE accounts a SET balance = new.balance
FROM unnest($1::uuid[], $2::bigint[]) AS new (id, balance)
WHERE a.id = new.id
