-- load_footprint_bodies: [read] footprints of one event as they were stored.
-- $1 event_id uuid  $2 digests bytea[]
SELECT digest, body FROM footprints WHERE event_id = $1 AND digest = ANY ($2::bytea[])
