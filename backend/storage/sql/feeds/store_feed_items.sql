-- store_feed_items: [write] one page of items, in their order.
-- $1 number of the first one; $2 page; $3 subjects; $4 facts; $5 their digests; $6 bodies; $7 when
INSERT INTO feed_items (sequence, page, subject, facts, facts_digest, body, published_at)
SELECT $1::bigint + place - 1, $2::bigint, subject, facts::jsonb, digest, body, $7::timestamptz
FROM unnest($3::text[], $4::text[], $5::bytea[], $6::bytea[]) WITH ORDINALITY
    AS given (subject, facts, digest, body, place)
ORDER BY place
