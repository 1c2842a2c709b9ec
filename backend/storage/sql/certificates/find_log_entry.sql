-- find_log_entry: [read] where something is in the log, and its signature where one was made.
-- $1 kind text  $2 subject text
SELECT e.position, e.kind, e.subject, e.body, e.leaf_hash, e.sealed_in, e.document, s.key_id, s.signature
FROM log_entries e LEFT JOIN log_signatures s ON s.position = e.position
WHERE e.kind = $1 AND e.subject = $2
