-- find_unlogged_batches: [read] retired batches whose newest entry in the log does not tell what is known of them by
-- now, or that have none, and those in it that were made void since. Batches are few; all of them are looked at.
-- $1 rows int
SELECT b.id, f.facts::text AS facts,
       CASE WHEN b.status = 'void' THEN b.id || ':void' WHEN told.entries = 0 THEN b.id::text
            ELSE b.id || ':' || told.entries + 1 END AS subject,
       CASE WHEN b.status = 'void' THEN b.voided_at WHEN told.entries = 0 THEN coalesce(b.confirmed_at, b.created_at)
            ELSE now() END AS happened_at
FROM credit_batches b
JOIN retirement_facts f ON f.batch_id = b.id
CROSS JOIN LATERAL (
    SELECT count(*) AS entries, max(l.position) AS newest, bool_or(l.subject = b.id || ':void') AS is_void
    FROM log_entries l
    WHERE l.kind = 'retirement' AND l.subject >= b.id::text AND l.subject < b.id || ';'
) told
LEFT JOIN log_entries n ON n.position = told.newest
WHERE b.status = 'retired'
        AND (n.position IS NULL OR convert_from(n.body, 'UTF8')::jsonb - 'type' - 'batch_id' <> f.facts)
    OR b.status = 'void' AND told.entries > 0 AND NOT told.is_void
ORDER BY 4, b.id LIMIT $1
