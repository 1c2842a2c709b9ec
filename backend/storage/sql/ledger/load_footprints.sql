-- load_footprints: [read] stored footprints by digest.
-- $1 event_id uuid[]  $2 digest bytea[]
SELECT f.digest, f.body
FROM unnest($1::uuid[], $2::bytea[]) AS asked (event_id, digest)
JOIN footprints f ON f.event_id = asked.event_id AND f.digest = asked.digest
