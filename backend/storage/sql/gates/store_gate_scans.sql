-- store_gate_scans: [write] keep scans; returns the ids of those that were not there already.
-- $1 event_id uuid  $2 device_id uuid  $3 id uuid[]  $4 gate int[]  $5 badge_serial int[]  $6 code_digest bytea[]
-- $7 direction text[]  $8 result text[]  $9 is_admitted bool[]  $10 is_offline bool  $11 device_at timestamptz[]
-- $12 scanned_at timestamptz[]  $13 received_at timestamptz
INSERT INTO gate_scans (event_id, device_id, id, gate, badge_serial, code_digest, direction, result, is_admitted,
                        is_offline, device_at, scanned_at, received_at)
SELECT $1, $2, made.id, made.gate, made.badge_serial, made.code_digest, made.direction, made.result,
       made.is_admitted, $10, made.device_at, made.scanned_at, $13
FROM unnest($3::uuid[], $4::int[], $5::int[], $6::bytea[], $7::text[], $8::text[], $9::bool[], $11::timestamptz[],
            $12::timestamptz[])
     AS made (id, gate, badge_serial, code_digest, direction, result, is_admitted, device_at, scanned_at)
ON CONFLICT (event_id, id) DO NOTHING
RETURNING id
