-- read_log_nodes: [read] hashes of complete subtrees, leaves (level 0) among them.
-- $1 levels smallint[]  $2 indexes bigint[]
SELECT asked.level, asked.index, coalesce(n.hash, e.leaf_hash) AS hash
FROM unnest($1::smallint[], $2::bigint[]) AS asked (level, index)
LEFT JOIN log_nodes n ON n.level = asked.level AND n.index = asked.index
LEFT JOIN log_entries e ON asked.level = 0 AND e.position = asked.index
