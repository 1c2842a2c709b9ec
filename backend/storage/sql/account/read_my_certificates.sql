-- read_my_certificates: [read] certificate numbers of a citizen, newest first, each with the footprint that holds now.
-- $1 citizen_id uuid  $2 before timestamptz (null: from the newest)  $3 limit int
SELECT o.certificate_number, o.issued_at, o.grams, o.kind, o.seed, o.secret, f.body AS footprint, e.slug, e.name_zh, e.name_en, e.city
FROM attendances a
JOIN current_offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
JOIN footprints f ON f.event_id = o.event_id AND f.digest = o.footprint_digest
JOIN events e ON e.id = o.event_id
WHERE a.citizen_id IN (SELECT $1 UNION ALL SELECT other_id FROM merged_accounts WHERE citizen_id = $1) AND ($2::timestamptz IS NULL OR o.issued_at < $2)
ORDER BY o.issued_at DESC LIMIT $3
