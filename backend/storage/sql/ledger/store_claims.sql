-- store_claims: [write] claims of a batch, its donations, and what the causes gained by them.
-- $1 … $6 claims  $7 … $12 donations  $13 … $15 causes
-- Raises by constraint: claims_once_per_action (23505), donations_pkey (23505).
WITH claims_made AS (
    INSERT INTO claims (citizen_id, action_id, claim_state, grams, source_id, created_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::uuid[], $6::timestamptz[])
                  AS new (citizen_id, action_id, claim_state, grams, source_id, created_at)
), donations_made AS (
    INSERT INTO donations (citizen_id, id, cause_id, grams, actions, created_at)
    SELECT * FROM unnest($7::uuid[], $8::uuid[], $9::uuid[], $10::bigint[], $11::int[], $12::timestamptz[])
                  AS new (citizen_id, id, cause_id, grams, actions, created_at)
)
UPDATE causes c SET donated_g = c.donated_g + new.donated_g, donations = c.donations + new.donations
FROM unnest($13::uuid[], $14::bigint[], $15::bigint[]) AS new (id, donated_g, donations)
WHERE c.id = new.id
