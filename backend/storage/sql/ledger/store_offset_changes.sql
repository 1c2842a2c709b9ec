-- store_offset_changes: [write] what a batch adds to offsets besides new ones: revisions of journeys, waits and their
-- ends, changes, releases, payments; and what sponsors have spent. Empty arrays where there is nothing.
-- $1 … $9 journey_revisions  $10 … $18 offset_waits  $19 … $23 offset_wait_ends  $24 … $29 offset_changes
-- $30 … $37 offset_releases  $38 … $43 offset_payments  $44 … $45 event_budgets
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
                              joined_at, created_at)
    SELECT * FROM unnest($10::uuid[], $11::uuid[], $12::smallint[], $13::bigint[], $14::text[], $15::boolean[],
                         $16::bytea[], $17::timestamptz[], $18::timestamptz[])
                  AS new (event_id, citizen_id, sequence, asked_grams, pay_with, is_difference, footprint_digest,
                          joined_at, created_at)
), ended AS (
    INSERT INTO offset_wait_ends (event_id, citizen_id, sequence, why, ended_at)
    SELECT * FROM unnest($19::uuid[], $20::uuid[], $21::smallint[], $22::text[], $23::timestamptz[])
                  AS new (event_id, citizen_id, sequence, why, ended_at)
), changed AS (
    INSERT INTO offset_changes (event_id, citizen_id, sequence, revision, grams, created_at)
    SELECT * FROM unnest($24::uuid[], $25::uuid[], $26::smallint[], $27::smallint[], $28::bigint[], $29::timestamptz[])
                  AS new (event_id, citizen_id, sequence, revision, grams, created_at)
), released AS (
    INSERT INTO offset_releases (event_id, batch_id, serial_from, serial_to, grams, citizen_id, revision, created_at)
    SELECT * FROM unnest($30::uuid[], $31::uuid[], $32::bigint[], $33::bigint[], $34::bigint[], $35::uuid[],
                         $36::smallint[], $37::timestamptz[])
                  AS new (event_id, batch_id, serial_from, serial_to, grams, citizen_id, revision, created_at)
), paid AS (
    INSERT INTO offset_payments (event_id, citizen_id, id, points, points_per_kg, created_at)
    SELECT * FROM unnest($38::uuid[], $39::uuid[], $40::uuid[], $41::bigint[], $42::int[], $43::timestamptz[])
                  AS new (event_id, citizen_id, id, points, points_per_kg, created_at)
)
UPDATE event_budgets b SET points_spent = new.points_spent
FROM unnest($44::uuid[], $45::bigint[]) AS new (event_id, points_spent)
WHERE b.event_id = new.event_id
