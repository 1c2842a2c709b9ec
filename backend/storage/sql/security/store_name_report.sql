-- store_name_report: [write] keep a report of a name, once while nobody has decided on it.
-- $1 id uuid  $2 kind text  $3 subject text  $4 name text  $5 why text  $6 note text  $7 reporter_id uuid
INSERT INTO name_reports (id, kind, subject, name, why, note, reporter_id)
VALUES ($1, $2, $3, left($4, 64), $5, $6, $7)
ON CONFLICT (kind, subject, name) WHERE decision IS NULL DO NOTHING
