-- read_my_attendances: [read] a citizen's attendances with footprint and offset, for the export.
-- $1 citizen_id uuid
SELECT e.slug, a.id, a.badge_serial, a.gate, a.joined_at, a.points, f.body AS footprint, f.journey::text AS journey,
       o.grams, o.kind, o.certificate_number
FROM current_attendances a
JOIN events e ON e.id = a.event_id
JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN current_offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
WHERE a.citizen_id IN (SELECT $1 UNION ALL SELECT other_id FROM merged_accounts WHERE citizen_id = $1) ORDER BY a.joined_at
