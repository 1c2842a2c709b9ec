-- read_reviews: [read] reviews that wait, the longest waiting first; for a venue's staff those of no event, and those of
-- events at which reviews are their duty.
-- $1 why text or NULL  $2 method text or NULL  $3 after created_at timestamptz or NULL  $4 after id uuid or NULL
-- $5 rows at most int  $6 staff_id uuid or NULL
SELECT r.id FROM reviews r
WHERE r.state = 'pending' AND ($1::text IS NULL OR r.why = $1) AND ($2::text IS NULL OR r.method = $2)
  AND ($3::timestamptz IS NULL OR (r.created_at, r.id) > ($3, $4::uuid))
  AND ($6::uuid IS NULL OR r.event_id IS NULL OR EXISTS (
      SELECT FROM event_members m
      WHERE m.event_id = r.event_id AND m.staff_id = $6 AND m.duty = 'reviews' AND m.removed_at IS NULL
  ))
ORDER BY r.created_at, r.id LIMIT $5
