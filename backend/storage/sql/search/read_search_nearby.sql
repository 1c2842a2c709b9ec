-- read_search_nearby: [read] what has all pieces of a query but a few that lie side by side, as a typing error spoils them.
-- $1 the pieces that are left, a text each with tabs between them; $2 all pieces; $3 kind; $4 true: verifiers alone
-- $5 rows at most
SELECT 4 AS tier, kind, key, id, at, name_zh, name_en, sort, city, agency, year, state, is_demonstration, is_verifier, note, (SELECT count(*) FROM unnest(grams) AS gram WHERE gram = ANY ($2::text[])) AS shared
FROM (
    SELECT DISTINCT ON (item.kind, item.key) item.*
    FROM unnest($1::text[]) AS kept,
        LATERAL (
            (SELECT * FROM search_items
             WHERE kind = 'event' AND grams @> string_to_array(kept, E'\t')
               AND ($3::text IS NULL OR kind = $3) AND ($4::boolean IS NULL OR is_verifier)
             LIMIT 50)
            UNION ALL
            (SELECT * FROM search_items
             WHERE kind <> 'event' AND grams @> string_to_array(kept, E'\t')
               AND ($3::text IS NULL OR kind = $3) AND ($4::boolean IS NULL OR is_verifier)
             LIMIT 50)
        ) AS item
) AS found
ORDER BY shared DESC, at DESC, id DESC
LIMIT $5
