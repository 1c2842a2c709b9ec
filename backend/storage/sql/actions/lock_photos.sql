-- lock_photos: [lock] one at a time for a citizen (or for a photo's content), until the transaction ends.
-- $1 whose text
SELECT pg_advisory_xact_lock(hashtextextended('tianfu.photos.' || $1::text, 0))
