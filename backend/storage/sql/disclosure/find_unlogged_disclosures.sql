-- find_unlogged_disclosures: [read] releases that the log does not hold yet, in the order of their chain.
-- $1 rows int
SELECT d.number, d.sha256, d.previous_sha256, d.published_at FROM disclosures d
WHERE NOT EXISTS (SELECT FROM log_entries l WHERE l.kind = 'disclosure' AND l.subject = d.number)
ORDER BY d.sequence LIMIT $1
