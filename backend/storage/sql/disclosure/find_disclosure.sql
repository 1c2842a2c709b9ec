-- find_disclosure: [read] a release by its number, with the one that corrects it.
-- $1 number text
SELECT d.number, d.sequence, d.kind, d.subject, d.period_from, d.period_to, d.event_id, d.organisation_id, d.corrects,
       d.body, d.sha256, d.previous_sha256, d.published_at, c.number AS corrected_by,
       (SELECT p.number FROM disclosures p WHERE p.sequence = d.sequence - 1) AS previous,
       (SELECT n.number FROM disclosures n WHERE n.sequence = d.sequence + 1) AS following
FROM disclosures d LEFT JOIN disclosures c ON c.corrects = d.number
WHERE d.number = $1
