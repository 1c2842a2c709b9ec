-- read_my_attendance: [read] a citizen's attendance at an event as it is now, with offset, open wait and points paid.
-- $1 event_id uuid  $2 citizen_id uuid
SELECT a.joined_at, a.revision, a.points, f.body AS footprint,
       o.id AS offset_id, o.grams, o.certificate_number, o.seed, o.secret, x.released_g, p.points_paid,
       w.asked_grams, w.pay_with AS wait_pay_with, w.is_difference, w.joined_at AS wait_joined_at,
       w.held_for
FROM current_attendances a
JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN current_offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(grams), 0)::bigint AS released_g FROM offset_releases r
    WHERE r.event_id = a.event_id AND r.citizen_id = a.citizen_id
) x
CROSS JOIN LATERAL (
    SELECT coalesce(sum(points), 0)::bigint AS points_paid FROM offset_payments y
    WHERE y.event_id = a.event_id AND y.citizen_id = a.citizen_id
) p
LEFT JOIN offset_waits w ON w.event_id = a.event_id AND w.citizen_id = a.citizen_id AND NOT EXISTS (
    SELECT FROM offset_wait_ends e
    WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
)
WHERE a.event_id = $1 AND a.citizen_id = $2
