-- read_tallies: every cell of an event's live picture.
-- $1 event_id uuid
SELECT event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points, revision
FROM tallies WHERE event_id = $1 ORDER BY gate, minute
