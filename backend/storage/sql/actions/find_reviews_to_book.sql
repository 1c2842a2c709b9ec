-- find_reviews_to_book: [read] approved reviews that the ledger does not have, the longest waiting first.
-- $1 decided before timestamptz  $2 after decided_at timestamptz  $3 rows at most int
SELECT id, decided_at FROM reviews
WHERE state = 'approved' AND booked_at IS NULL AND decided_at < $1 AND decided_at > $2
ORDER BY decided_at LIMIT $3
