-- audit_log_leaves: [read] leaves of the log as their bodies hash, in the order of their positions.
-- $1 from position bigint  $2 rows int
SELECT position, leaf_hash, sha256('\x00'::bytea || body) AS hashed, sealed_in FROM log_entries
WHERE position >= $1 ORDER BY position LIMIT $2
