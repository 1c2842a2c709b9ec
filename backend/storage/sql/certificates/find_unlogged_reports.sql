-- find_unlogged_reports: [read] closing reports of events that the log does not hold yet. Events are few.
-- $1 rows int
SELECT r.event_id, r.revision, r.digest, r.made_at, e.slug
FROM event_reports r
JOIN events e ON e.id = r.event_id
WHERE r.is_final AND NOT EXISTS (SELECT FROM log_entries l WHERE l.kind = 'report' AND l.subject = r.event_id::text)
ORDER BY r.made_at, r.event_id LIMIT $1
