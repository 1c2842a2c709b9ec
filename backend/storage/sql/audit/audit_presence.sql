-- audit_presence: [read] presence against the scans at the gates played again; and scans that point nowhere.
WITH replay AS (
    SELECT DISTINCT ON (event_id, badge_serial) event_id, badge_serial, id, direction = 'entry' AS is_inside
    FROM gate_scans WHERE is_admitted AND annulled_at IS NULL AND badge_serial IS NOT NULL
    ORDER BY event_id, badge_serial, scanned_at DESC, id DESC
)
SELECT 'presence of badge ' || coalesce(r.badge_serial, p.badge_serial) AS what,
       coalesce(r.is_inside, false)::text AS expected, p.is_inside::text AS found
FROM replay r FULL JOIN presence p ON p.event_id = r.event_id AND p.badge_serial = r.badge_serial
WHERE p.is_inside IS DISTINCT FROM coalesce(r.is_inside, false) OR p.last_scan IS DISTINCT FROM r.id
UNION ALL
SELECT 'scan ' || s.id, 'a device of the event', 'none'
FROM gate_scans s LEFT JOIN devices d ON d.id = s.device_id AND d.event_id = s.event_id WHERE d.id IS NULL
UNION ALL
SELECT 'scan ' || s.id, 'an issued badge', 'none'
FROM gate_scans s LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
WHERE s.badge_serial IS NOT NULL AND b.serial IS NULL
