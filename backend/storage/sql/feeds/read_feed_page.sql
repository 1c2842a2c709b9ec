-- read_feed_page: [read] the items of a page in their order.
-- $1 page
SELECT sequence, body, published_at FROM feed_items WHERE page = $1 ORDER BY sequence
