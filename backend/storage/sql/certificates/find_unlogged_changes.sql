-- find_unlogged_changes: [read] offsets that changed since an instant, as they are now, where the log does not hold
-- that yet.
-- $1 since timestamptz  $2 rows int
SELECT c.event_id, c.certificate_number, c.issued_at, c.footprint_digest, c.grams, c.kind, c.revision, c.released_g, c.seed, c.lines_digest,
       c.parts::text AS parts, changed.happened_at
FROM (
    SELECT event_id, citizen_id, max(created_at) AS happened_at
    FROM (
        SELECT event_id, citizen_id, created_at FROM offset_changes WHERE created_at >= $1
        UNION ALL
        SELECT event_id, citizen_id, created_at FROM journey_revisions WHERE created_at >= $1
    ) x GROUP BY event_id, citizen_id
) changed
CROSS JOIN LATERAL (
    SELECT * FROM certified_offsets v WHERE v.event_id = changed.event_id AND v.citizen_id = changed.citizen_id OFFSET 0
) c
WHERE c.revision > 0 AND NOT EXISTS (
    SELECT FROM log_entries l
    WHERE l.kind = 'offset_change' AND l.subject = c.certificate_number || ':' || c.revision OFFSET 0
)
ORDER BY changed.happened_at, c.id LIMIT $2
