-- read_green_candidates: [read] active organisations whose newest rating reaches the stars of the green list, and that no
-- list has or considers, newest first.
-- $1 criteria_version text  $2 stars_min int  $3 id that the page before ended with, or NULL  $4 rows_max int
SELECT o.id, o.code, o.name_zh, o.name_en, s.score, s.stars, s.criteria_version, s.as_of
FROM organisations o
CROSS JOIN LATERAL (
    SELECT score, stars, criteria_version, as_of FROM credit_scores
    WHERE organisation_id = o.id ORDER BY id DESC LIMIT 1
) s
WHERE o.state = 'active' AND s.criteria_version = $1 AND s.stars >= $2::int
    AND ($3::uuid IS NULL OR o.id < $3)
    AND NOT EXISTS (SELECT 1 FROM list_entries l
                    WHERE l.organisation_id = o.id AND l.state IN ('proposed', 'hearing', 'published'))
ORDER BY o.id DESC
LIMIT $4
