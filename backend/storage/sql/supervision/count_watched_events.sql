-- count_watched_events: [read] events within some remits by state.
-- $1 remits' agencies text[]  $2 remits' cities text[]
SELECT e.state, count(*) AS events FROM events e
WHERE cardinality($1::text[]) = 0 OR EXISTS (
    SELECT FROM unnest($1::text[], $2::text[]) r(agency, city)
    WHERE (r.agency IS NULL OR r.agency = e.agency) AND (r.city IS NULL OR r.city = e.city))
GROUP BY e.state
