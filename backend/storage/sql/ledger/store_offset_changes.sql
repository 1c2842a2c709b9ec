-- store_offset_changes: [write] what a batch adds to offsets besides new ones: revisions of journeys, waits and their
-- ends, changes, releases, payments; what staff decided, and what sponsors have spent. Empty arrays where there is nothing.
-- $1 … $9 journey_revisions  $10 … $19 offset_waits  $20 … $24 offset_wait_ends  $25 … $31 offset_changes
-- $32 … $39 offset_releases  $40 … $45 offset_payments  $46 … $53 staff_actions
-- $54 … $55 event_budgets
-- Raises event_budgets_spent_within (23514), offset_releases_once and the other tables' _once (23505).
WITH revised AS (
    INSERT INTO journey_revisions (event_id, citizen_id, revision, id, footprint_digest, total_g, delta_g, basis,
                                   created_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::bytea[], $6::bigint[], $7::bigint[],
                         $8::text[], $9::timestamptz[])
                  AS new (event_id, citizen_id, revision, id, footprint_digest, total_g, delta_g, basis,
                          created_at)
), waiting AS (
    INSERT INTO offset_waits (event_id, citizen_id, sequence, asked_grams, pay_with, is_difference, footprint_digest,
                              joined_at, created_at, held_for)
    SELECT * FROM unnest($10::uuid[], $11::uuid[], $12::smallint[], $13::bigint[], $14::text[], $15::boolean[],
                         $16::bytea[], $17::timestamptz[], $18::timestamptz[], $19::text[])
                  AS new (event_id, citizen_id, sequence, asked_grams, pay_with, is_difference, footprint_digest,
                          joined_at, created_at, held_for)
), ended AS (
    INSERT INTO offset_wait_ends (event_id, citizen_id, sequence, why, ended_at)
    SELECT * FROM unnest($20::uuid[], $21::uuid[], $22::smallint[], $23::text[], $24::timestamptz[])
                  AS new (event_id, citizen_id, sequence, why, ended_at)
), changed AS (
    INSERT INTO offset_changes (event_id, citizen_id, sequence, revision, grams, created_at, ceiling_g)
    SELECT * FROM unnest($25::uuid[], $26::uuid[], $27::smallint[], $28::smallint[], $29::bigint[], $30::timestamptz[], $31::bigint[])
                  AS new (event_id, citizen_id, sequence, revision, grams, created_at, ceiling_g)
), released AS (
    INSERT INTO offset_releases (event_id, batch_id, serial_from, serial_to, grams, citizen_id, revision, created_at)
    SELECT * FROM unnest($32::uuid[], $33::uuid[], $34::bigint[], $35::bigint[], $36::bigint[], $37::uuid[],
                         $38::smallint[], $39::timestamptz[])
                  AS new (event_id, batch_id, serial_from, serial_to, grams, citizen_id, revision, created_at)
), paid AS (
    INSERT INTO offset_payments (event_id, citizen_id, id, points, points_per_kg, created_at)
    SELECT * FROM unnest($40::uuid[], $41::uuid[], $42::uuid[], $43::bigint[], $44::int[], $45::timestamptz[])
                  AS new (event_id, citizen_id, id, points, points_per_kg, created_at)
), recorded AS (
    INSERT INTO staff_actions (id, at, staff_id, action, subject, reason, before, after)
    SELECT id, at, staff_id, action, subject, reason, before::jsonb, after::jsonb
    FROM unnest($46::uuid[], $47::timestamptz[], $48::uuid[], $49::text[], $50::text[], $51::text[], $52::text[],
                $53::text[])
         AS new (id, at, staff_id, action, subject, reason, before, after)
)
UPDATE event_budgets b SET points_spent = new.points_spent
FROM unnest($54::uuid[], $55::bigint[]) AS new (event_id, points_spent)
WHERE b.event_id = new.event_id
