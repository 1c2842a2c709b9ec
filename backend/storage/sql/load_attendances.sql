-- load_attendances: who is there already, found by citizen and by badge, with the offset if there is one.
-- $1 event_id uuid[]  $2 citizen_id uuid[]  $3 badge_serial int[] (null where no badge was scanned)
SELECT a.event_id, a.citizen_id, a.id, a.badge_serial, a.gate, a.footprint_digest, a.offset_status, a.points,
       a.joined_at
FROM unnest($1::uuid[], $2::uuid[]) AS asked (event_id, citizen_id)
JOIN attendances a ON a.event_id = asked.event_id AND a.citizen_id = asked.citizen_id
UNION
SELECT a.event_id, a.citizen_id, a.id, a.badge_serial, a.gate, a.footprint_digest, a.offset_status, a.points,
       a.joined_at
FROM unnest($1::uuid[], $3::int[]) AS asked (event_id, badge_serial)
JOIN attendances a ON a.event_id = asked.event_id AND a.badge_serial = asked.badge_serial
