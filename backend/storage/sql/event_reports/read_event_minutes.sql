-- read_event_minutes: [read] what happened at an event minute by minute, all gates together.
-- $1 event_id uuid
SELECT minute, sum(joined)::bigint AS joined, sum(offsets)::bigint AS offsets, sum(actions)::bigint AS actions
FROM tallies WHERE event_id = $1 GROUP BY minute
HAVING sum(joined) + sum(offsets) + sum(actions) > 0
ORDER BY minute
