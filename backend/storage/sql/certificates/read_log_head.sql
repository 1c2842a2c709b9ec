-- read_log_head: [read] the head of a size; the newest one when none is named.
-- $1 size bigint (null: the newest)
SELECT size, root, signed_at, key_id, signature FROM log_heads
WHERE $1::bigint IS NULL OR size = $1 ORDER BY size DESC LIMIT 1
