-- read_search_query: [read] a query as it is compared, and its pieces; both empty for one of blanks alone.
-- $1 the query as it was typed
SELECT coalesce(search_folded($1::text), '') AS folded, search_wanted($1::text) AS grams
