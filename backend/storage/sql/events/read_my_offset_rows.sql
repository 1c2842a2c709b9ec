-- read_my_offset_rows: [read] what became of a citizen's offsets after the scans, for the export.
-- $1 citizen_id uuid
WITH mine AS (
    SELECT a.event_id, a.citizen_id, e.slug FROM attendances a JOIN events e ON e.id = a.event_id WHERE a.citizen_id = $1
)
SELECT 'journey_revisions' AS kind, r.created_at AS at, jsonb_build_object('event', m.slug, 'revision', r.revision,
       'total_g', r.total_g, 'delta_g', r.delta_g, 'basis', r.basis, 'journey', f.journey, 'at', r.created_at)::text AS body
FROM mine m JOIN journey_revisions r ON r.event_id = m.event_id AND r.citizen_id = m.citizen_id
JOIN footprints f ON f.event_id = r.event_id AND f.digest = r.footprint_digest
UNION ALL
SELECT 'offset_waits', w.created_at, jsonb_build_object('event', m.slug, 'grams', w.asked_grams, 'pay_with', w.pay_with,
       'is_difference', w.is_difference, 'joined_at', w.joined_at, 'ended', e.why, 'ended_at', e.ended_at)::text
FROM mine m JOIN offset_waits w ON w.event_id = m.event_id AND w.citizen_id = m.citizen_id
LEFT JOIN offset_wait_ends e ON e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
UNION ALL
SELECT 'offset_changes', c.created_at, jsonb_build_object('event', m.slug, 'revision', c.revision, 'grams', c.grams,
       'at', c.created_at)::text
FROM mine m JOIN offset_changes c ON c.event_id = m.event_id AND c.citizen_id = m.citizen_id
UNION ALL
SELECT 'offset_releases', r.created_at, jsonb_build_object('event', m.slug, 'batch_id', r.batch_id,
       'serial_from', r.serial_from, 'serial_to', r.serial_to, 'grams', r.grams, 'at', r.created_at)::text
FROM mine m JOIN offset_releases r ON r.event_id = m.event_id AND r.citizen_id = m.citizen_id
UNION ALL
SELECT 'offset_payments', p.created_at, jsonb_build_object('event', m.slug, 'points', p.points, 'at', p.created_at)::text
FROM mine m JOIN offset_payments p ON p.event_id = m.event_id AND p.citizen_id = m.citizen_id
ORDER BY 1, 2
