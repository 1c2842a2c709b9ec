-- read_certificate: an offset with its event, footprint and name, as anyone may see it.
-- $1 event code text  $2 certificate number text
SELECT c.event_id, c.certificate_number, c.issued_at, c.footprint_digest, c.grams, c.kind, c.revision, c.released_g,
       c.parts::text AS parts, f.body AS footprint, n.name
FROM events e
JOIN certified_offsets c ON c.event_id = e.id AND c.certificate_number = $2
JOIN footprints f ON f.event_id = e.id AND f.digest = c.footprint_digest
LEFT JOIN certificate_names n ON n.event_id = e.id AND n.certificate_number = c.certificate_number
WHERE e.code = $1
