-- find_undisclosed_events: [read] closed events without a release, in the order in which they were closed.
-- $1 rows int
SELECT e.id FROM events e
WHERE e.state = 'closed' AND NOT EXISTS (SELECT FROM disclosures d WHERE d.event_id = e.id)
ORDER BY (SELECT max(s.at) FROM event_steps s WHERE s.event_id = e.id AND s.to_state = 'closed'), e.id
LIMIT $1
