-- find_gate_serials: [read] the badges behind ids of tags and wristbands, and behind citizens' passes; of a pass
-- whether its citizen has joined, because one may join without a badge. A pass stands for the badge that replaced the
-- one its citizen joined with.
-- $1 event_id uuid  $2 alias text[]  $3 pass number int[]
SELECT b.alias, NULL::int AS number, NULL::uuid AS citizen_id, b.serial, true AS is_joined
FROM badges b WHERE b.event_id = $1 AND b.alias = ANY ($2::text[])
UNION ALL
SELECT NULL, p.number, p.citizen_id, coalesce(newest.serial, a.badge_serial), a.citizen_id IS NOT NULL
FROM passes p
LEFT JOIN attendances a ON a.event_id = p.event_id AND a.citizen_id = p.citizen_id
LEFT JOIN badges b ON b.event_id = a.event_id AND b.serial = a.badge_serial
LEFT JOIN LATERAL (
    SELECT max(c.serial) AS serial FROM badges c
    WHERE b.reissued_as IS NOT NULL AND c.event_id = b.event_id
      AND c.first_serial = coalesce(b.first_serial, b.serial)
) AS newest ON true
WHERE p.event_id = $1 AND p.number = ANY ($3::int[])
