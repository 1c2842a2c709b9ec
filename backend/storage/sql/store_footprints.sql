-- store_footprints: keep a footprint once. Another process may have stored the same one: that is the same row.
-- $1 event_id uuid[]  $2 digest bytea[]  $3 total_g bigint[]  $4 basis text[]  $5 factor_set text[]
-- $6 journey text[] (JSON)  $7 body bytea[]
INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, journey, body)
SELECT event_id, digest, total_g, basis, factor_set, journey::jsonb, body
FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[])
     AS new (event_id, digest, total_g, basis, factor_set, journey, body)
ORDER BY event_id, digest
ON CONFLICT (event_id, digest) DO NOTHING
