-- read_my_donations: [read] a citizen's donations with their causes, newest first.
-- $1 citizen_id uuid  $2 before uuid (the last id of the page before, or null)  $3 rows_max int
SELECT d.id, d.grams, d.actions, d.created_at, c.slug, c.name_zh, c.name_en
FROM donations d JOIN causes c ON c.id = d.cause_id
WHERE d.citizen_id = $1 AND ($2::uuid IS NULL OR d.id < $2)
ORDER BY d.id DESC LIMIT $3
