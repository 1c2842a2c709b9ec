-- read_event_joined: [read] how many citizens joined an event, with a badge or without.
-- $1 event_id uuid
SELECT count(*) AS joined FROM attendances WHERE event_id = $1
