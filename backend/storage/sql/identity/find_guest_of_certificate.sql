-- find_guest_of_certificate: [read] the guest who holds a certificate, with what the secret of its link is made of.
-- $1 event_code text  $2 certificate_number text
SELECT o.citizen_id, o.seed, l.secret
FROM events e
JOIN offsets o ON o.event_id = e.id AND o.certificate_number = $2
JOIN guests g ON g.event_id = o.event_id AND g.citizen_id = o.citizen_id AND g.ended_at IS NULL
LEFT JOIN certificate_links l ON l.event_id = o.event_id AND l.certificate_number = o.certificate_number
WHERE e.code = $1
