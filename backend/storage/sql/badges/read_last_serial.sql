-- read_last_serial: [read] the last serial that an event's badges have (0: none), and how many of them replaced
-- another.
-- $1 event_id uuid
SELECT coalesce(max(serial), 0) AS serial, count(reissued_as) AS reissued FROM badges WHERE event_id = $1
