-- 0060, taken back: nothing is told to Tianfu Credit any more.
DROP TABLE IF EXISTS feed_deliveries, feed_items;
