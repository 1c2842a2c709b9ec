-- store_tallies: add to cells of the live picture, in key order, and return the cells as they are now.
-- $1 event_id uuid[]  $2 gate smallint[]  $3 minute timestamptz[]  $4 joined bigint[]  $5 footprints bigint[]
-- $6 footprint_g bigint[]  $7 offsets bigint[]  $8 grams bigint[]  $9 actions bigint[]  $10 points bigint[]
INSERT INTO tallies AS t (event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points,
                          revision)
SELECT new.*, 1
FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[])
     AS new (event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points)
ORDER BY event_id, gate, minute
ON CONFLICT (event_id, gate, minute) DO UPDATE SET
    joined = t.joined + excluded.joined,
    footprints = t.footprints + excluded.footprints,
    footprint_g = t.footprint_g + excluded.footprint_g,
    offsets = t.offsets + excluded.offsets,
    grams = t.grams + excluded.grams,
    actions = t.actions + excluded.actions,
    points = t.points + excluded.points,
    revision = t.revision + 1
RETURNING event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points, revision
