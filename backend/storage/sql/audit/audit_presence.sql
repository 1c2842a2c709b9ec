-- audit_presence: [read] presence against the scans at the gates played again, those of a badge and of what replaced it
-- together; scans that point nowhere; scans that staff let pass without a reason.
WITH replay AS (
    SELECT DISTINCT ON (s.event_id, chain) s.event_id, coalesce(b.first_serial, s.badge_serial) AS chain, s.id,
           s.direction = 'entry' AS is_inside
    FROM gate_scans s LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
    WHERE s.is_admitted AND s.annulled_at IS NULL AND s.badge_serial IS NOT NULL
    ORDER BY s.event_id, chain, s.scanned_at DESC, s.id DESC
)
SELECT 'presence of badge ' || coalesce(r.chain, p.badge_serial) AS what,
       coalesce(r.is_inside, false)::text AS expected, p.is_inside::text AS found
FROM replay r FULL JOIN presence p ON p.event_id = r.event_id AND p.badge_serial = r.chain
WHERE p.is_inside IS DISTINCT FROM coalesce(r.is_inside, false) OR p.last_scan IS DISTINCT FROM r.id
UNION ALL
SELECT 'scan ' || s.id, 'a device of the event', 'none'
FROM gate_scans s LEFT JOIN devices d ON d.id = s.device_id AND d.event_id = s.event_id WHERE d.id IS NULL
UNION ALL
SELECT 'scan ' || s.id, 'an issued badge', 'none'
FROM gate_scans s LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
WHERE s.badge_serial IS NOT NULL AND b.serial IS NULL
UNION ALL
SELECT 'scan ' || coalesce(s.id, o.scan_id), 'let pass by staff with a reason', coalesce(s.result, 'no such scan')
FROM gate_scans s FULL JOIN gate_overrides o ON o.event_id = s.event_id AND o.scan_id = s.id
WHERE (s.result = 'overridden' AND o.scan_id IS NULL) OR (o.scan_id IS NOT NULL AND s.is_admitted IS NOT TRUE)
UNION ALL
SELECT 'badge ' || b.serial, 'the chain of the badge that it replaced', b.first_serial::text
FROM badges b LEFT JOIN badges old ON old.event_id = b.event_id AND old.reissued_as = b.serial
WHERE b.first_serial IS DISTINCT FROM coalesce(old.first_serial, old.serial)
