-- find_log_entry: [read] where something is in the log.
-- $1 kind text  $2 subject text
SELECT position, kind, subject, body, leaf_hash, sealed_in FROM log_entries WHERE kind = $1 AND subject = $2
