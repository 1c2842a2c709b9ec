-- find_decision: [read] a decision about a citizen that stands to be objected to, and who made it; null where a rule did.
-- $1 citizen_id uuid  $2 about text  $3 id of a review or an action uuid  $4 slug of an event, month of birth text
SELECT decided_by FROM reviews
WHERE $2 = 'review' AND citizen_id = $1 AND id = $3 AND state = 'rejected' AND decided_by <> $1
UNION ALL
SELECT (SELECT r.decided_by FROM reviews r WHERE r.citizen_id = $1 AND r.id = $3) FROM actions
WHERE $2 = 'action' AND citizen_id = $1 AND id = $3 AND state = 'capped'
UNION ALL
SELECT (
    SELECT s.staff_id FROM staff_actions s
    WHERE s.action = 'offset.decide' AND s.subject = e.slug || '/' || a.id::text ORDER BY s.at DESC LIMIT 1
) FROM events e
JOIN attendances a ON a.event_id = e.id AND a.citizen_id = $1
JOIN offset_wait_ends w ON w.event_id = e.id AND w.citizen_id = $1 AND w.why IN ('limited', 'refused')
WHERE $2 = 'offset' AND e.slug = $4
UNION ALL
SELECT NULL FROM citizens WHERE $2 = 'age' AND id = $1 AND to_char(born_month, 'YYYY-MM') = $4
LIMIT 1
