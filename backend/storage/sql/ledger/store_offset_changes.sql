-- store_offset_changes: [write] what a batch adds to offsets besides new ones: revisions of journeys, waits and their
-- ends, changes, releases, payments; what staff decided, and what sponsors have spent. Empty arrays where there is nothing.
-- $1 … $10 journey_revisions  $11 … $20 offset_waits  $21 … $25 offset_wait_ends  $26 … $32 offset_changes
-- $33 … $40 offset_releases  $41 … $46 offset_payments  $47 … $53 staff_actions
-- $54 … $55 event_budgets
-- Raises event_budgets_spent_within (23514), offset_releases_once and the other tables' _once (23505).
WITH revised AS (
    INSERT INTO journey_revisions (event_id, citizen_id, revision, id, footprint_digest, total_g, delta_g, basis,
                                   created_at, lines_digest)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::bytea[], $6::bigint[], $7::bigint[],
                         $8::text[], $9::timestamptz[], $10::bytea[])
                  AS new (event_id, citizen_id, revision, id, footprint_digest, total_g, delta_g, basis,
                          created_at, lines_digest)
), waiting AS (
    INSERT INTO offset_waits (event_id, citizen_id, sequence, asked_grams, pay_with, is_difference, footprint_digest,
                              joined_at, created_at, held_for)
    SELECT * FROM unnest($11::uuid[], $12::uuid[], $13::smallint[], $14::bigint[], $15::text[], $16::boolean[],
                         $17::bytea[], $18::timestamptz[], $19::timestamptz[], $20::text[])
                  AS new (event_id, citizen_id, sequence, asked_grams, pay_with, is_difference, footprint_digest,
                          joined_at, created_at, held_for)
), ended AS (
    INSERT INTO offset_wait_ends (event_id, citizen_id, sequence, why, ended_at)
    SELECT * FROM unnest($21::uuid[], $22::uuid[], $23::smallint[], $24::text[], $25::timestamptz[])
                  AS new (event_id, citizen_id, sequence, why, ended_at)
), changed AS (
    INSERT INTO offset_changes (event_id, citizen_id, sequence, revision, grams, created_at, ceiling_g)
    SELECT * FROM unnest($26::uuid[], $27::uuid[], $28::smallint[], $29::smallint[], $30::bigint[], $31::timestamptz[], $32::bigint[])
                  AS new (event_id, citizen_id, sequence, revision, grams, created_at, ceiling_g)
), released AS (
    INSERT INTO offset_releases (event_id, batch_id, serial_from, serial_to, grams, citizen_id, revision, created_at)
    SELECT * FROM unnest($33::uuid[], $34::uuid[], $35::bigint[], $36::bigint[], $37::bigint[], $38::uuid[],
                         $39::smallint[], $40::timestamptz[])
                  AS new (event_id, batch_id, serial_from, serial_to, grams, citizen_id, revision, created_at)
), paid AS (
    INSERT INTO offset_payments (event_id, citizen_id, id, points, points_per_kg, created_at)
    SELECT * FROM unnest($41::uuid[], $42::uuid[], $43::uuid[], $44::bigint[], $45::int[], $46::timestamptz[])
                  AS new (event_id, citizen_id, id, points, points_per_kg, created_at)
), recorded AS (
    INSERT INTO staff_actions (id, staff_id, action, subject, reason, before, after)
    SELECT id, staff_id, action, subject, reason, before::jsonb, after::jsonb
    FROM unnest($47::uuid[], $48::uuid[], $49::text[], $50::text[], $51::text[], $52::text[], $53::text[])
         AS new (id, staff_id, action, subject, reason, before, after)
)
UPDATE event_budgets b SET points_spent = new.points_spent
FROM unnest($54::uuid[], $55::bigint[]) AS new (event_id, points_spent)
WHERE b.event_id = new.event_id
