-- store_reversals: [write] reversals of a batch, and the record of the staff who asked for them.
-- $1 … $8 reversals  $9 … $15 staff_actions
-- Raises by constraint: reversals_once_per_action (23505).
WITH reversals_made AS (
    INSERT INTO reversals (citizen_id, action_id, id, points, points_short, reason, actor, created_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::text[], $7::text[],
                         $8::timestamptz[])
                  AS new (citizen_id, action_id, id, points, points_short, reason, actor, created_at)
)
INSERT INTO staff_actions (id, staff_id, action, subject, reason, before, after)
SELECT id, staff_id, action, subject, reason, before::jsonb, after::jsonb
FROM unnest($9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
     AS new (id, staff_id, action, subject, reason, before, after)
