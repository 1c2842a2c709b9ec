-- create_pass: [write] the first free one of some numbers becomes a citizen's pass at an event; no row when none was
-- free, or when the citizen has one by now.
-- $1 event_id uuid  $2 citizen_id uuid  $3 numbers int[] (drawn at random)
INSERT INTO passes (event_id, number, citizen_id)
SELECT $1::uuid, n, $2::uuid FROM unnest($3::int[]) AS n
WHERE NOT EXISTS (SELECT FROM passes p WHERE p.event_id = $1::uuid AND p.number = n)
LIMIT 1
ON CONFLICT DO NOTHING
RETURNING number
