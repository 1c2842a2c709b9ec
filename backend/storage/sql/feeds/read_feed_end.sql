-- read_feed_end: [read] the number of the newest item and of its page; zero before the first.
SELECT coalesce(max(sequence), 0) AS sequence, coalesce(max(page), 0) AS page FROM feed_items
