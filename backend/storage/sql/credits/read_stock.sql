-- read_stock: [read] retired batches with grams left to assign, in the order of the products given. Within a product
-- what comes from formerly poor areas is first, then the cheaper, then the younger.
-- $1 product text[]  $2 limit int
SELECT id, product, project_name, vintage, origin_tag, price_per_t, quantity_t * 1000000 - assigned_g AS grams_left
FROM credit_batches
WHERE status = 'retired' AND assigned_g < quantity_t * 1000000 AND product = ANY ($1::text[])
ORDER BY array_position($1::text[], product), origin_tag IS NULL, price_per_t NULLS LAST, vintage DESC, id
LIMIT $2
