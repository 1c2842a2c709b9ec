-- read_organisation_reports: [read] final reports of an organisation's events that ended in a period.
-- $1 organisation_id uuid  $2 from timestamptz  $3 until timestamptz
SELECT e.slug, e.name_zh, e.name_en, r.body, r.digest,
       (SELECT d.number FROM disclosures d WHERE d.event_id = e.id ORDER BY d.sequence DESC LIMIT 1) AS release
FROM event_organisations x
JOIN events e ON e.id = x.event_id AND e.state = 'closed' AND e.ends_at >= $2 AND e.ends_at < $3
JOIN event_reports r ON r.event_id = e.id AND r.is_final
WHERE x.organisation_id = $1 AND x.removed_at IS NULL
ORDER BY e.ends_at, e.slug
