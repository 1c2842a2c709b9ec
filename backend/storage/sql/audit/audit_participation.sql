-- audit_participation: [read] one attendance per person and per badge; its footprint, event and badge exist.
SELECT 'citizen twice' AS what, event_id, citizen_id::text AS whose FROM attendances
GROUP BY event_id, citizen_id HAVING count(*) > 1
UNION ALL
SELECT 'badge twice', event_id, badge_serial::text FROM attendances
WHERE badge_serial IS NOT NULL GROUP BY event_id, badge_serial HAVING count(*) > 1
UNION ALL
SELECT 'points nowhere', a.event_id, a.citizen_id::text FROM attendances a
LEFT JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN events e ON e.id = a.event_id
LEFT JOIN badges b ON b.event_id = a.event_id AND b.serial = a.badge_serial
LEFT JOIN accounts c ON c.id = a.citizen_id
WHERE f.digest IS NULL OR e.id IS NULL OR c.id IS NULL OR (a.badge_serial IS NOT NULL AND b.serial IS NULL)
