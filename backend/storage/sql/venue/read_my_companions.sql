-- read_my_companions: [read] companions that a citizen scanned in, newest first, with their footprints and
-- certificates.
-- $1 guardian_id uuid  $2 limit int  $3 companion_id uuid (those before it)
SELECT c.companion_id, c.event_id, c.badge_serial, c.kind, e.slug, e.name_zh, e.name_en, e.city,
       a.joined_at, f.total_g, o.grams, o.certificate_number, o.seed, o.secret
FROM companions c
JOIN events e ON e.id = c.event_id
LEFT JOIN current_attendances a ON a.event_id = c.event_id AND a.citizen_id = c.companion_id
LEFT JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN current_offsets o ON o.event_id = c.event_id AND o.citizen_id = c.companion_id
WHERE c.guardian_id = $1 AND c.companion_id < $3
ORDER BY c.companion_id DESC LIMIT $2
