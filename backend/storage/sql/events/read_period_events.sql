-- read_period_events: [read] events that a citizen attended on days of a period, each with the footprint that holds now.
-- $1 citizen_id uuid  $2 from timestamptz  $3 until timestamptz
SELECT e.slug, e.name_zh, e.name_en, e.city, e.starts_at, e.ends_at, a.joined_at, f.body AS footprint
FROM current_attendances a
JOIN events e ON e.id = a.event_id
JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
WHERE a.citizen_id IN (SELECT $1 UNION ALL SELECT other_id FROM merged_accounts WHERE citizen_id = $1)
  AND e.template IS DISTINCT FROM 'personal_life' AND e.starts_at < $3 AND e.ends_at >= $2
ORDER BY e.starts_at, e.id
