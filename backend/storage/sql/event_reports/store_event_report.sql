-- store_event_report: [write] publish an event's report; one that is published already stays as it is.
-- $1 event_id uuid  $2 body bytea  $3 made_by uuid  $4 made_at timestamptz
INSERT INTO event_reports (event_id, revision, body, digest, made_by, made_at, is_final)
VALUES ($1, 1, $2, sha256($2), $3, $4, true)
ON CONFLICT (event_id, revision) DO NOTHING
