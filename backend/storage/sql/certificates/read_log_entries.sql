-- read_log_entries: [read] entries in the order of the log.
-- $1 from position bigint  $2 rows int
SELECT position, kind, subject, body, leaf_hash, sealed_in, document FROM log_entries
WHERE position >= $1 ORDER BY position LIMIT $2
