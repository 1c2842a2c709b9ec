-- read_reviews: [read] reviews that wait for a member of staff, the longest waiting first: none of which they gave their
-- opinion. Staff of a venue see those of events at which reviews are their duty, those of no event where reviews of the
-- whole city are, and none about which two others differ.
-- $1 why text or NULL  $2 method text or NULL  $3 after created_at timestamptz or NULL  $4 after id uuid or NULL
-- $5 rows at most int  $6 staff_id uuid  $7 staff of a venue boolean
SELECT r.id FROM reviews r
WHERE r.state = 'pending' AND ($1::text IS NULL OR r.why = $1) AND ($2::text IS NULL OR r.method = $2)
  AND ($3::timestamptz IS NULL OR (r.created_at, r.id) > ($3, $4::uuid))
  AND NOT EXISTS (
      SELECT FROM review_opinions o
      WHERE o.citizen_id = r.citizen_id AND o.review_id = r.id AND o.staff_id = $6
  )
  AND (NOT $7::boolean OR (
      (SELECT count(*) FROM review_opinions o WHERE o.citizen_id = r.citizen_id AND o.review_id = r.id) < 2
      AND CASE WHEN r.event_id IS NULL THEN EXISTS (
          SELECT FROM city_members c WHERE c.staff_id = $6 AND c.duty = 'reviews' AND c.removed_at IS NULL
      ) ELSE EXISTS (
          SELECT FROM event_members m
          WHERE m.event_id = r.event_id AND m.staff_id = $6 AND m.duty = 'reviews' AND m.removed_at IS NULL
      ) END
  ))
ORDER BY r.created_at, r.id LIMIT $5
