-- load_moved_attendances: [read] the attendances of an account that is moved into another: the event, the certificate,
-- the points that joining earned with their lot and budget, and whether the other account joined the event too.
-- $1 citizen_id uuid  $2 other_id uuid
SELECT a.event_id, a.id, a.gate, e.slug, e.name_zh, e.name_en, e.join_points, o.certificate_number, t.points,
       t.expires_on AS lot, t.budget_id,
       EXISTS (SELECT FROM attendances b WHERE b.event_id = a.event_id AND b.citizen_id = $1) AS is_joined
FROM attendances a
JOIN events e ON e.id = a.event_id
LEFT JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
LEFT JOIN transfers t ON t.citizen_id = a.citizen_id AND t.source_id = a.id AND t.reason = 'event_join'
WHERE a.citizen_id = $2
ORDER BY a.joined_at, a.event_id
