-- read_duties: [read] what a member of staff may do at an event, or without one at any and for the whole city; no rows
-- for who does not work there.
-- $1 slug text or NULL  $2 staff_id uuid
SELECT m.duty FROM event_members m JOIN events e ON e.id = m.event_id
WHERE m.staff_id = $2 AND m.removed_at IS NULL AND ($1::text IS NULL OR e.slug = $1)
UNION ALL
SELECT c.duty FROM city_members c WHERE $1::text IS NULL AND c.staff_id = $2 AND c.removed_at IS NULL
