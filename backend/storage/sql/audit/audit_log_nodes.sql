-- audit_log_nodes: [read] stored subtrees of a level, in order.
-- $1 level smallint  $2 from index bigint  $3 rows int
SELECT index, hash FROM log_nodes WHERE level = $1 AND index >= $2 ORDER BY index LIMIT $3
