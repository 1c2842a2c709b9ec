-- read_tallies: [read] cells of an event's live picture, from a minute on.
-- $1 event_id uuid  $2 since timestamptz (null: every cell)
SELECT event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points, revision
FROM tallies WHERE event_id = $1 AND ($2::timestamptz IS NULL OR minute >= $2) ORDER BY gate, minute
