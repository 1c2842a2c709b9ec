-- read_organisation_reports: [read] final reports of an organisation's events that ended in a period, each with the newest
-- release about the event: a correction is what counts from then on.
-- $1 organisation_id uuid  $2 from timestamptz  $3 until timestamptz
SELECT e.slug, e.name_zh, e.name_en, r.body, r.digest, d.number AS release, d.body AS released
FROM event_organisations x
JOIN events e ON e.id = x.event_id AND e.state = 'closed' AND e.ends_at >= $2 AND e.ends_at < $3
JOIN event_reports r ON r.event_id = e.id AND r.is_final
LEFT JOIN LATERAL (SELECT number, body FROM disclosures WHERE event_id = e.id ORDER BY sequence DESC LIMIT 1) d ON true
WHERE x.organisation_id = $1 AND x.removed_at IS NULL
ORDER BY e.ends_at, e.slug
