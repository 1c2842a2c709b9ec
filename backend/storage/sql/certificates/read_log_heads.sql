-- read_log_heads: [read] heads, newest first.
-- $1 below size bigint (null: from the newest)  $2 rows int
SELECT size, root, signed_at, key_id, signature FROM log_heads
WHERE $1::bigint IS NULL OR size < $1 ORDER BY size DESC LIMIT $2
