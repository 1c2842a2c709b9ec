-- read_watched_events: [read] a page of events within some remits, the newest first, with their people, grams and pools.
-- $1 remits' agencies text[]  $2 remits' cities text[]  $3 state text or NULL  $4 agency text or NULL
-- $5 words with % text or NULL  $6 cursor uuid or NULL  $7 rows_max integer
SELECT e.id, e.slug, e.name_zh, e.name_en, e.kind, e.city, e.agency, e.state, e.starts_at, e.ends_at,
       e.is_demonstration, e.frozen_at, e.frozen_why, e.pools_paused_at,
       coalesce(t.joined, 0)::bigint AS joined, coalesce(t.footprint_g, 0)::bigint AS footprint_g,
       coalesce(t.grams, 0)::bigint AS offset_g, coalesce(p.pool_g, 0)::bigint AS pool_g,
       coalesce(p.left_g, 0)::bigint AS pool_left_g
FROM events e
LEFT JOIN LATERAL (
    SELECT sum(c.joined) AS joined, sum(c.footprint_g) AS footprint_g, sum(c.grams) AS grams FROM tallies c
    WHERE c.event_id = e.id
) t ON true
LEFT JOIN LATERAL (
    SELECT sum(q.serial_to - q.serial_from + 1) AS pool_g, sum(q.serial_to - q.next_serial + 1) AS left_g FROM pools q
    WHERE q.event_id = e.id
) p ON true
WHERE (cardinality($1::text[]) = 0 OR EXISTS (
    SELECT FROM unnest($1::text[], $2::text[]) r(agency, city)
    WHERE (r.agency IS NULL OR r.agency = e.agency) AND (r.city IS NULL OR r.city = e.city)))
  AND ($3::text IS NULL OR e.state = $3) AND ($4::text IS NULL OR e.agency = $4)
  AND ($5::text IS NULL OR e.slug ILIKE $5 OR e.name_zh ILIKE $5 OR e.name_en ILIKE $5 OR e.city ILIKE $5)
  AND ($6::uuid IS NULL OR e.id < $6)
ORDER BY e.id DESC LIMIT $7
