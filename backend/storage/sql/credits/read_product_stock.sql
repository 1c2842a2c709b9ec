-- read_product_stock: [read] retired batches with grams left to assign, added up by product.
SELECT product, count(*) AS batches, sum(quantity_t * 1000000 - assigned_g)::bigint AS grams,
       coalesce(sum(quantity_t * 1000000 - assigned_g) FILTER (WHERE origin_tag IS NOT NULL), 0)::bigint AS tagged_g,
       min(vintage) AS vintage_from, max(vintage) AS vintage_to,
       min(price_per_t) AS price_min, max(price_per_t) AS price_max, max(price_as_of) AS price_as_of
FROM credit_batches
WHERE status = 'retired' AND assigned_g < quantity_t * 1000000
GROUP BY product
