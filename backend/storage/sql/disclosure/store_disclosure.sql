-- store_disclosure: [write] publish a release.
-- $1 number text  $2 sequence bigint  $3 kind text  $4 subject text  $5 period_from date  $6 period_to date
-- $7 event_id uuid  $8 organisation_id uuid  $9 corrects text  $10 body bytea  $11 sha256 bytea
-- $12 previous_sha256 bytea  $13 published_at timestamptz  $14 published_by uuid
INSERT INTO disclosures (number, sequence, kind, subject, period_from, period_to, event_id, organisation_id, corrects,
                         body, sha256, previous_sha256, published_at, published_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
