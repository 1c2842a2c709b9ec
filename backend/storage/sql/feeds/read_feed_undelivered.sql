-- read_feed_undelivered: [read] the first page that the receiver has not taken, and whether there is one.
SELECT page FROM feed_items
WHERE page > (SELECT coalesce(max(page), 0) FROM feed_deliveries)
ORDER BY page LIMIT 1
