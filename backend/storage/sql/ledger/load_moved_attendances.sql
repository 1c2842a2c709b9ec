-- load_moved_attendances: [read] the attendances of an account that is moved into another: the event, the certificate,
-- the points that joining earned with their lot and budget, and whether the other account joined the event too.
-- $1 citizen_id uuid  $2 other_id uuid
SELECT a.event_id, a.id, a.gate, e.slug, e.name_zh, e.name_en, e.join_points, o.certificate_number, t.points,
       t.expires_on AS lot, t.budget_id,
       EXISTS (SELECT FROM attendances b WHERE b.event_id = a.event_id AND b.citizen_id = $1) AS is_joined
FROM attendances a
JOIN events e ON e.id = a.event_id
LEFT JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
-- What was moved before has its transfer where it was booked.
LEFT JOIN LATERAL (
    SELECT m.points, m.expires_on, m.budget_id
    FROM (SELECT $2::uuid AS id UNION ALL SELECT g.other_id FROM merged_accounts g WHERE g.citizen_id = $2) p
    JOIN transfers m ON m.citizen_id = p.id AND m.source_id = a.id AND m.reason = 'event_join'
) t ON true
WHERE a.citizen_id = $2
ORDER BY a.joined_at, a.event_id
