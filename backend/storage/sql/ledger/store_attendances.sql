-- store_attendances: [write] store who joined an event, with footprints, offsets, allocations and how far pools are
-- given away.
-- $1 … $7 footprints  $8 … $17 attendances  $18 … $28 offsets  $29 … $36 allocations  $37 … $39 pools
-- Empty arrays where there is nothing. PostgreSQL writes the last INSERT first and the others from the bottom up:
-- footprints, attendances, offsets, allocations, pools. It promises no such order, so a test holds it.
-- Raises by constraint: attendances_once_per_citizen and attendances_once_per_badge (23505) when another process was
-- first (the batch is then decided again), offsets_once_per_attendance, allocations_serial_once (23505),
-- pools_never_overdrawn (23514).
WITH pools_moved AS (
    UPDATE pools p SET next_serial = new.next_serial
    FROM unnest($37::uuid[], $38::int[], $39::bigint[]) AS new (event_id, position, next_serial)
    WHERE p.event_id = new.event_id AND p.position = new.position
), allocations_made AS (
    INSERT INTO allocations (event_id, batch_id, serial_from, serial_to, grams, offset_id, position, created_at)
    SELECT * FROM unnest($29::uuid[], $30::uuid[], $31::bigint[], $32::bigint[], $33::bigint[], $34::uuid[],
                         $35::smallint[], $36::timestamptz[])
                  AS new (event_id, batch_id, serial_from, serial_to, grams, offset_id, position, created_at)
), offsets_made AS (
    INSERT INTO offsets (event_id, citizen_id, id, footprint_digest, grams, kind, pay_with, certificate_number,
                         issued_at, ceiling_g, seed)
    SELECT * FROM unnest($18::uuid[], $19::uuid[], $20::uuid[], $21::bytea[], $22::bigint[], $23::text[],
                         $24::text[], $25::text[], $26::timestamptz[], $27::bigint[], $28::bytea[])
                  AS new (event_id, citizen_id, id, footprint_digest, grams, kind, pay_with, certificate_number,
                          issued_at, ceiling_g, seed)
), attendances_made AS (
    -- In badge order, so that two batches that share badges meet them in one order.
    INSERT INTO attendances (event_id, citizen_id, id, badge_serial, gate, footprint_digest, offset_status, points,
                             joined_at, lines_digest)
    SELECT * FROM unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::int[], $12::smallint[], $13::bytea[], $14::text[],
                         $15::int[], $16::timestamptz[], $17::bytea[])
                  AS new (event_id, citizen_id, id, badge_serial, gate, footprint_digest, offset_status, points,
                          joined_at, lines_digest)
    ORDER BY event_id, badge_serial, citizen_id
)
-- Another process may have stored the same one: that is the same row.
INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, journey, body)
SELECT event_id, digest, total_g, basis, factor_set, journey::jsonb, body
FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[])
     AS new (event_id, digest, total_g, basis, factor_set, journey, body)
ORDER BY event_id, digest
ON CONFLICT (event_id, digest) DO NOTHING
