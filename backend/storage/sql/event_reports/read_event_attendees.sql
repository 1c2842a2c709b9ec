-- read_event_attendees: [read] an event's attendees by the footprint they have now and the category of their badge,
-- with their offsets.
-- $1 event_id uuid
SELECT a.footprint_digest AS digest, b.category, count(*) AS people, coalesce(sum(o.grams), 0)::bigint AS offset_g
FROM current_attendances a
LEFT JOIN badges b ON b.event_id = a.event_id AND b.serial = a.badge_serial
LEFT JOIN (
    SELECT citizen_id, sum(grams) AS grams FROM (
        SELECT citizen_id, grams FROM offsets WHERE event_id = $1
        UNION ALL SELECT citizen_id, grams FROM offset_changes WHERE event_id = $1
    ) parts GROUP BY citizen_id
) o ON o.citizen_id = a.citizen_id
WHERE a.event_id = $1
GROUP BY a.footprint_digest, b.category
