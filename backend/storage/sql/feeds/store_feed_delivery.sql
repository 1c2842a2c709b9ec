-- store_feed_delivery: [write] the receiver has taken a page; told twice it is told once.
-- $1 page
INSERT INTO feed_deliveries (page) VALUES ($1) ON CONFLICT (page) DO NOTHING
