-- read_search_facets: [read] how the newest events that a query finds are spread, and how many they are.
-- $1 its pieces; $2 a pattern of what begins with it, where it has no pieces
-- $3 city; $4 agency; $5 year; $6 state; $7 sort; $8 demonstrations, or the others; $9 events at most. Left out is NULL.
SELECT CASE grouping(city, agency, year, state, sort, is_demonstration)
        WHEN 31 THEN 'city' WHEN 47 THEN 'agency' WHEN 55 THEN 'year' WHEN 59 THEN 'state' WHEN 61 THEN 'sort'
        WHEN 62 THEN 'demonstration' ELSE 'all' END AS facet,
    coalesce(city, agency, year::text, state, sort, is_demonstration::text) AS value, count(*) AS count
FROM (
    SELECT city, agency, year, state, sort, is_demonstration FROM search_items
    WHERE kind = 'event'
        AND (cardinality($1::text[]) = 0 OR grams @> $1) AND ($2::text IS NULL OR folded_key LIKE $2 OR folded_zh LIKE $2 OR folded_en LIKE $2)
        AND ($3::text IS NULL OR city = $3) AND ($4::text IS NULL OR agency = $4)
        AND ($5::smallint IS NULL OR year = $5) AND ($6::text IS NULL OR state = $6)
        AND ($7::text IS NULL OR sort = $7) AND ($8::boolean IS NULL OR is_demonstration = $8)
    ORDER BY at DESC, id DESC LIMIT $9
) AS found
GROUP BY GROUPING SETS ((city), (agency), (year), (state), (sort), (is_demonstration), ())
HAVING grouping(city, agency, year, state, sort, is_demonstration) = 63
    OR coalesce(city, agency, year::text, state, sort, is_demonstration::text) IS NOT NULL
ORDER BY facet, count DESC, value
