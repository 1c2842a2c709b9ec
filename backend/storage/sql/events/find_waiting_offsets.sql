-- find_waiting_offsets: [read] who waits for an offset at events whose pool holds something again and is neither paused nor frozen,
-- in order of arrival, with the grams left there: those at the head of the line whose wishes fit together. Whom staff
-- have to look at stands beside the line.
-- $1 rows int
WITH pooled AS (
    SELECT p.event_id, sum(p.serial_to - p.next_serial + 1)::bigint AS grams_left
    FROM pools p JOIN events e ON e.id = p.event_id
    WHERE p.next_serial <= p.serial_to AND e.state IN ('running', 'accounting', 'offset')
        AND e.pools_paused_at IS NULL AND e.frozen_at IS NULL
    GROUP BY p.event_id
), waiting AS (
    SELECT w.event_id, w.citizen_id, w.joined_at, w.asked_grams, p.grams_left,
           sum(w.asked_grams) OVER line AS together_g
    FROM pooled p
    JOIN offset_waits w ON w.event_id = p.event_id
    WHERE w.held_for IS NULL AND NOT EXISTS (
        SELECT FROM offset_wait_ends e
        WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
    )
    WINDOW line AS (PARTITION BY w.event_id ORDER BY w.joined_at, w.citizen_id)
)
SELECT event_id, citizen_id FROM waiting WHERE together_g <= grams_left
ORDER BY event_id, joined_at, citizen_id LIMIT $1
