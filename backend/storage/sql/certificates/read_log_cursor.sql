-- read_log_cursor: [read] when the youngest logged thing of a kind was made; null before the first.
-- $1 kind text
SELECT max(happened_at) AS happened_at FROM log_entries WHERE kind = $1
