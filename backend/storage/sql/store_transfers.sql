-- store_transfers: points from one account to another. Raises transfers_once_per_source (23505).
-- $1 citizen_id uuid[]  $2 id uuid[]  $3 debit_account uuid[]  $4 credit_account uuid[]  $5 points bigint[]
-- $6 reason text[]  $7 source_id uuid[]  $8 balance_after bigint[]  $9 created_at timestamptz[]
INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,
                       created_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::uuid[],
                     $8::bigint[], $9::timestamptz[])
