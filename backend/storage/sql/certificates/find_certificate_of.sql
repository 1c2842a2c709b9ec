-- find_certificate_of: [read] a citizen's own certificate by its number.
-- $1 event code text  $2 certificate number text  $3 citizen_id uuid
SELECT o.event_id, o.certificate_number FROM events e
JOIN offsets o ON o.event_id = e.id AND o.certificate_number = $2
WHERE e.code = $1 AND o.citizen_id IN (SELECT $3 UNION ALL SELECT other_id FROM merged_accounts WHERE citizen_id = $3)
