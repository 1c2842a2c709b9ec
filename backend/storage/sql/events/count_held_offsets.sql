-- count_held_offsets: [read] how many offsets of an event wait until staff have looked, and their grams.
-- $1 event_id uuid
SELECT count(*)::int AS waits, coalesce(sum(w.asked_grams), 0)::bigint AS grams
FROM offset_waits w
WHERE w.event_id = $1 AND w.held_for IS NOT NULL AND NOT EXISTS (
    SELECT FROM offset_wait_ends e
    WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
)
