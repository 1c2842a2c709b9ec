-- store_kept_totals: [write] keep the sums of a footprint whose journey goes; somebody may have the same.
-- $1 event_id uuid  $2 digest bytea  $3 total_g bigint  $4 basis text  $5 factor_set text  $6 body bytea
INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, journey, body)
VALUES ($1, $2, $3, $4, $5, NULL, $6)
ON CONFLICT (event_id, digest) DO NOTHING
