-- read_reviews: [read] reviews that wait, the longest waiting first.
-- $1 why text or NULL  $2 method text or NULL  $3 after created_at timestamptz or NULL  $4 after id uuid or NULL
-- $5 rows at most int
SELECT id FROM reviews
WHERE state = 'pending' AND ($1::text IS NULL OR why = $1) AND ($2::text IS NULL OR method = $2)
  AND ($3::timestamptz IS NULL OR (created_at, id) > ($3, $4::uuid))
ORDER BY created_at, id LIMIT $5
