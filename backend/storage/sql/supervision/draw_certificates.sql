-- draw_certificates: [read] certificates that a seed draws out of an event's, or out of those issued in a time within
-- some remits: the lowest by the SHA-256 of the seed and the number.
-- $1 event_id uuid or NULL  $2 from timestamptz  $3 until timestamptz  $4 remits' agencies text[]  $5 their cities text[]
-- $6 seed text  $7 size integer
SELECT o.certificate_number FROM offsets o JOIN events e ON e.id = o.event_id
WHERE CASE WHEN $1::uuid IS NOT NULL THEN o.event_id = $1 ELSE o.issued_at >= $2 AND o.issued_at < $3 END
  AND (cardinality($4::text[]) = 0 OR EXISTS (
    SELECT FROM unnest($4::text[], $5::text[]) r(agency, city)
    WHERE (r.agency IS NULL OR r.agency = e.agency) AND (r.city IS NULL OR r.city = e.city)))
ORDER BY sha256(convert_to($6 || ':' || o.certificate_number, 'UTF8')) LIMIT $7
