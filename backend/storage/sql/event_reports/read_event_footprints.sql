-- read_event_footprints: [read] the next footprints of an event after a digest, with what they were computed from.
-- $1 event_id uuid  $2 after bytea  $3 rows_max integer
SELECT digest, total_g, basis, body
FROM footprints WHERE event_id = $1 AND digest > $2 ORDER BY digest LIMIT $3
