-- read_search_page: [read] what a query finds: known by its very name or number, then begun by it, then with all its pieces.
-- Newest first among equals, so that a page goes on exactly where the one before ended, whatever came meanwhile.
-- $1 the query folded, or empty; $2 the same as a pattern of what begins with it; $3 its pieces
-- $4 kind; $5 true: verifiers alone; $6 city; $7 agency; $8 year; $9 state; $10 sort; $11 demonstrations, or the others
-- $12 … $14 tier, instant and id that the page before ended with; $15 rows at most. Left out is NULL.
SELECT * FROM (
        (SELECT 1 AS tier, kind, key, id, at, name_zh, name_en, sort, city, agency, year, state, is_demonstration, is_verifier, note
            FROM search_items
            WHERE $1 <> '' AND keys @> ARRAY[$1::text]
              AND ($4::text IS NULL OR kind = $4) AND ($5::boolean IS NULL OR is_verifier)
              AND ($6::text IS NULL OR city = $6) AND ($7::text IS NULL OR agency = $7)
              AND ($8::smallint IS NULL OR year = $8) AND ($9::text IS NULL OR state = $9)
              AND ($10::text IS NULL OR sort = $10) AND ($11::boolean IS NULL OR is_demonstration = $11)
              AND ($12::integer IS NULL OR $12 < 1 OR ($12 = 1 AND (at, id) < ($13::timestamptz, $14::uuid)))
            ORDER BY at DESC, id DESC LIMIT $15)
    UNION ALL
        (SELECT 2 AS tier, kind, key, id, at, name_zh, name_en, sort, city, agency, year, state, is_demonstration, is_verifier, note
            FROM search_items
            WHERE $1 <> '' AND (folded_key LIKE $2 OR folded_zh LIKE $2 OR folded_en LIKE $2) AND NOT keys @> ARRAY[$1::text]
              AND ($4::text IS NULL OR kind = $4) AND ($5::boolean IS NULL OR is_verifier)
              AND ($6::text IS NULL OR city = $6) AND ($7::text IS NULL OR agency = $7)
              AND ($8::smallint IS NULL OR year = $8) AND ($9::text IS NULL OR state = $9)
              AND ($10::text IS NULL OR sort = $10) AND ($11::boolean IS NULL OR is_demonstration = $11)
              AND ($12::integer IS NULL OR $12 < 2 OR ($12 = 2 AND (at, id) < ($13::timestamptz, $14::uuid)))
            ORDER BY at DESC, id DESC LIMIT $15)
    UNION ALL
        (SELECT 3 AS tier, kind, key, id, at, name_zh, name_en, sort, city, agency, year, state, is_demonstration, is_verifier, note
            FROM search_items
            WHERE kind = 'event' AND ($1 = '' OR (cardinality($3::text[]) > 0 AND grams @> $3 AND NOT keys @> ARRAY[$1::text] AND NOT (folded_key LIKE $2 OR folded_zh LIKE $2 OR folded_en LIKE $2)))
              AND ($4::text IS NULL OR kind = $4) AND ($5::boolean IS NULL OR is_verifier)
              AND ($6::text IS NULL OR city = $6) AND ($7::text IS NULL OR agency = $7)
              AND ($8::smallint IS NULL OR year = $8) AND ($9::text IS NULL OR state = $9)
              AND ($10::text IS NULL OR sort = $10) AND ($11::boolean IS NULL OR is_demonstration = $11)
              AND ($12::integer IS NULL OR $12 < 3 OR ($12 = 3 AND (at, id) < ($13::timestamptz, $14::uuid)))
            ORDER BY at DESC, id DESC LIMIT $15)
    UNION ALL
        (SELECT 3 AS tier, kind, key, id, at, name_zh, name_en, sort, city, agency, year, state, is_demonstration, is_verifier, note
            FROM search_items
            WHERE kind <> 'event' AND ($1 = '' OR (cardinality($3::text[]) > 0 AND grams @> $3 AND NOT keys @> ARRAY[$1::text] AND NOT (folded_key LIKE $2 OR folded_zh LIKE $2 OR folded_en LIKE $2)))
              AND ($4::text IS NULL OR kind = $4) AND ($5::boolean IS NULL OR is_verifier)
              AND ($6::text IS NULL OR city = $6) AND ($7::text IS NULL OR agency = $7)
              AND ($8::smallint IS NULL OR year = $8) AND ($9::text IS NULL OR state = $9)
              AND ($10::text IS NULL OR sort = $10) AND ($11::boolean IS NULL OR is_demonstration = $11)
              AND ($12::integer IS NULL OR $12 < 3 OR ($12 = 3 AND (at, id) < ($13::timestamptz, $14::uuid)))
            ORDER BY at DESC, id DESC LIMIT $15)
) AS found
ORDER BY tier, at DESC, id DESC
LIMIT $15
