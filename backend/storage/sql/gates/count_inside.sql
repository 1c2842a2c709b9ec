-- count_inside: [read] badges inside an event.
-- $1 event_id uuid
SELECT count(*) AS inside FROM presence WHERE event_id = $1 AND is_inside
