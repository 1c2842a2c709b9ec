-- store_claims: claims of a batch, its donations, and what the causes gained by them.
-- $1 citizen_id uuid[]  $2 action_id uuid[]  $3 claim_state text[]  $4 grams bigint[]  $5 source_id uuid[]
-- $6 created_at timestamptz[] of claims
-- $7 citizen_id uuid[]  $8 id uuid[]  $9 cause_id uuid[]  $10 grams bigint[]  $11 actions int[]
-- $12 created_at timestamptz[] of donations
-- $13 id uuid[]  $14 grams bigint[]  $15 donations bigint[] of causes, which the batch has locked
-- Raises by constraint: claims_once_per_action (23505), donations_pkey (23505).
WITH claims_made AS (
    INSERT INTO claims (citizen_id, action_id, claim_state, grams, source_id, created_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::uuid[], $6::timestamptz[])
), donations_made AS (
    INSERT INTO donations (citizen_id, id, cause_id, grams, actions, created_at)
    SELECT * FROM unnest($7::uuid[], $8::uuid[], $9::uuid[], $10::bigint[], $11::int[], $12::timestamptz[])
)
UPDATE causes c SET donated_g = c.donated_g + new.grams, donations = c.donations + new.donations
FROM unnest($13::uuid[], $14::bigint[], $15::bigint[]) AS new (id, grams, donations)
WHERE c.id = new.id
