-- store_offset_changes: what a batch adds to offsets besides new ones: revisions of journeys, waits and their ends,
-- changes, releases, payments; and what sponsors have spent. Empty arrays where there is nothing.
-- $1 event_id uuid[]  $2 citizen_id uuid[]  $3 revision smallint[]  $4 id uuid[]  $5 footprint_digest bytea[]
-- $6 total_g bigint[]  $7 delta_g bigint[]  $8 basis text[]  $9 created_at timestamptz[]
-- $10 event_id uuid[]  $11 citizen_id uuid[]  $12 sequence smallint[]  $13 asked_grams bigint[]  $14 pay_with text[]
-- $15 is_difference boolean[]  $16 footprint_digest bytea[]  $17 joined_at timestamptz[]  $18 created_at timestamptz[]
-- $19 event_id uuid[]  $20 citizen_id uuid[]  $21 sequence smallint[]  $22 why text[]  $23 ended_at timestamptz[]
-- $24 event_id uuid[]  $25 citizen_id uuid[]  $26 sequence smallint[]  $27 revision smallint[]  $28 grams bigint[]
-- $29 created_at timestamptz[]
-- $30 event_id uuid[]  $31 batch_id uuid[]  $32 serial_from bigint[]  $33 serial_to bigint[]  $34 grams bigint[]
-- $35 citizen_id uuid[]  $36 revision smallint[]  $37 created_at timestamptz[]
-- $38 event_id uuid[]  $39 citizen_id uuid[]  $40 id uuid[]  $41 points bigint[]  $42 points_per_kg int[]
-- $43 created_at timestamptz[]  $44 event_id uuid[]  $45 points_spent bigint[]
-- Raises event_budgets_spent_within (23514), offset_releases_once and the other tables' _once (23505).
WITH revised AS (
    INSERT INTO journey_revisions (event_id, citizen_id, revision, id, footprint_digest, total_g, delta_g, basis,
                                   created_at)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::bytea[], $6::bigint[], $7::bigint[],
                         $8::text[], $9::timestamptz[])
), waiting AS (
    INSERT INTO offset_waits (event_id, citizen_id, sequence, asked_grams, pay_with, is_difference, footprint_digest,
                              joined_at, created_at)
    SELECT * FROM unnest($10::uuid[], $11::uuid[], $12::smallint[], $13::bigint[], $14::text[], $15::boolean[],
                         $16::bytea[], $17::timestamptz[], $18::timestamptz[])
), ended AS (
    INSERT INTO offset_wait_ends (event_id, citizen_id, sequence, why, ended_at)
    SELECT * FROM unnest($19::uuid[], $20::uuid[], $21::smallint[], $22::text[], $23::timestamptz[])
), changed AS (
    INSERT INTO offset_changes (event_id, citizen_id, sequence, revision, grams, created_at)
    SELECT * FROM unnest($24::uuid[], $25::uuid[], $26::smallint[], $27::smallint[], $28::bigint[], $29::timestamptz[])
), released AS (
    INSERT INTO offset_releases (event_id, batch_id, serial_from, serial_to, grams, citizen_id, revision, created_at)
    SELECT * FROM unnest($30::uuid[], $31::uuid[], $32::bigint[], $33::bigint[], $34::bigint[], $35::uuid[],
                         $36::smallint[], $37::timestamptz[])
), paid AS (
    INSERT INTO offset_payments (event_id, citizen_id, id, points, points_per_kg, created_at)
    SELECT * FROM unnest($38::uuid[], $39::uuid[], $40::uuid[], $41::bigint[], $42::int[], $43::timestamptz[])
)
UPDATE event_budgets b SET points_spent = new.points_spent
FROM unnest($44::uuid[], $45::bigint[]) AS new (event_id, points_spent)
WHERE b.event_id = new.event_id
