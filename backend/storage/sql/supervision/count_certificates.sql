-- count_certificates: [read] certificates of an event, or issued in a time within some remits.
-- $1 event_id uuid or NULL  $2 from timestamptz  $3 until timestamptz  $4 remits' agencies text[]  $5 their cities text[]
SELECT count(*) AS certificates FROM offsets o JOIN events e ON e.id = o.event_id
WHERE CASE WHEN $1::uuid IS NOT NULL THEN o.event_id = $1 ELSE o.issued_at >= $2 AND o.issued_at < $3 END
  AND (cardinality($4::text[]) = 0 OR EXISTS (
    SELECT FROM unnest($4::text[], $5::text[]) r(agency, city)
    WHERE (r.agency IS NULL OR r.agency = e.agency) AND (r.city IS NULL OR r.city = e.city)))
