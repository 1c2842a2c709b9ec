-- store_issued: take what a batch paid out from the issuing account. Last but the tallies: every batch needs this row.
-- $1 id uuid  $2 points bigint
UPDATE accounts SET balance = balance - $2::bigint WHERE id = $1::uuid
