-- read_disclosures: [read] releases, newest first.
-- $1 kind text  $2 year int  $3 event's slug text  $4 organisation's code text  $5 before sequence bigint  $6 rows int
SELECT d.number, d.sequence, d.kind, d.subject, d.period_from, d.period_to, d.corrects, d.sha256, d.previous_sha256,
       d.published_at, c.number AS corrected_by, e.name_zh AS event_zh, e.name_en AS event_en,
       o.name_zh AS organisation_zh, o.name_en AS organisation_en
FROM disclosures d
LEFT JOIN disclosures c ON c.corrects = d.number
LEFT JOIN events e ON e.id = d.event_id
LEFT JOIN organisations o ON o.id = d.organisation_id
WHERE ($1::text IS NULL OR d.kind = $1)
  AND ($2::int IS NULL OR substr(d.number, 3, 4) = $2::text)
  AND ($3::text IS NULL OR d.event_id = (SELECT id FROM events WHERE slug = $3))
  AND ($4::text IS NULL OR d.organisation_id = (SELECT id FROM organisations WHERE code = $4)
       OR d.event_id IN (SELECT x.event_id FROM event_organisations x JOIN organisations y ON y.id = x.organisation_id
                         WHERE y.code = $4 AND x.removed_at IS NULL))
  AND ($5::bigint IS NULL OR d.sequence < $5)
ORDER BY d.sequence DESC LIMIT $6
