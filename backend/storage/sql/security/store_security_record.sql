-- store_security_record: [write] put one event, or several of a kind, on record; the database says when.
-- $1 id uuid  $2 kind text  $3 actor_id uuid  $4 actor text  $5 source text  $6 subject text  $7 reason text
-- $8 occurrences int
INSERT INTO security_records (id, kind, actor_id, actor, source, subject, reason, occurrences)
VALUES ($1, $2, $3, left($4, 100), left($5, 100), left($6, 200), left($7, 400), $8)
