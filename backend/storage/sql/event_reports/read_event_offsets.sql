-- read_event_offsets: [read] how an event's people stand with their offset now: in full, in part, waiting or without,
-- by payer.
-- $1 event_id uuid
WITH held AS (
    SELECT citizen_id, sum(grams)::bigint AS grams, min(pay_with) AS pay_with FROM (
        SELECT citizen_id, grams, pay_with FROM offsets WHERE event_id = $1
        UNION ALL SELECT citizen_id, grams, NULL FROM offset_changes WHERE event_id = $1
    ) parts GROUP BY citizen_id HAVING sum(grams) > 0
), waits AS (
    SELECT w.citizen_id, bool_or(e.citizen_id IS NULL) AS is_open FROM offset_waits w
    LEFT JOIN offset_wait_ends e
        ON e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
    WHERE w.event_id = $1 GROUP BY w.citizen_id
)
SELECT CASE WHEN h.grams >= f.total_g THEN 'full' WHEN h.grams > 0 THEN 'partial'
            WHEN coalesce(w.is_open, a.offset_status = 'pool_exhausted') THEN 'waiting' ELSE 'without' END AS kind,
       h.pay_with, count(*) AS people, coalesce(sum(h.grams), 0)::bigint AS grams
FROM current_attendances a
JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN held h ON h.citizen_id = a.citizen_id
LEFT JOIN waits w ON w.citizen_id = a.citizen_id
WHERE a.event_id = $1
GROUP BY 1, h.pay_with
