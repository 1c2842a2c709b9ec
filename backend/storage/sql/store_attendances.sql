-- store_attendances: book people in. Raises attendances_once_per_citizen or attendances_once_per_badge (23505)
-- when another process was first; the batch is then decided again.
-- In badge order, so that two batches that share badges meet them in one order.
-- $1 event_id uuid[]  $2 citizen_id uuid[]  $3 id uuid[]  $4 badge_serial int[]  $5 gate smallint[]
-- $6 footprint_digest bytea[]  $7 offset_status text[]  $8 points int[]  $9 joined_at timestamptz[]
INSERT INTO attendances (event_id, citizen_id, id, badge_serial, gate, footprint_digest, offset_status, points,
                         joined_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::smallint[], $6::bytea[], $7::text[],
                     $8::int[], $9::timestamptz[])
              AS new (event_id, citizen_id, id, badge_serial, gate, footprint_digest, offset_status, points, joined_at)
ORDER BY event_id, badge_serial, citizen_id
