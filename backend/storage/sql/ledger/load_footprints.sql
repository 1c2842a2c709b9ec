-- load_footprints: [read] stored footprints by digest, with the journeys they were computed from.
-- $1 event_id uuid[]  $2 digest bytea[]
SELECT f.digest, f.body, f.journey
FROM unnest($1::uuid[], $2::bytea[]) AS asked (event_id, digest)
JOIN footprints f ON f.event_id = asked.event_id AND f.digest = asked.digest
