-- read_search_counts: [read] how many of each kind but events a query finds, and of organisations how many are verifiers.
-- $1 its pieces; $2 a pattern of what begins with it, where it has no pieces
-- $3 city; $4 agency; $5 year; $6 state; $7 sort; $8 demonstrations, or the others; $9 counted at most. Left out is NULL.
SELECT kind, count(*) AS count, count(*) FILTER (WHERE is_verifier) AS verifiers
FROM (
    SELECT kind, is_verifier FROM search_items
    WHERE kind <> 'event'
        AND (cardinality($1::text[]) = 0 OR grams @> $1) AND ($2::text IS NULL OR folded_key LIKE $2 OR folded_zh LIKE $2 OR folded_en LIKE $2)
        AND ($3::text IS NULL OR city = $3) AND ($4::text IS NULL OR agency = $4)
        AND ($5::smallint IS NULL OR year = $5) AND ($6::text IS NULL OR state = $6)
        AND ($7::text IS NULL OR sort = $7) AND ($8::boolean IS NULL OR is_demonstration = $8)
    LIMIT $9
) AS found
GROUP BY kind
ORDER BY kind
