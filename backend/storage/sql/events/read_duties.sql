-- read_duties: [read] what a member of staff may do at an event; no rows for who does not work there.
-- $1 slug text  $2 staff_id uuid
SELECT m.duty FROM events e JOIN event_members m ON m.event_id = e.id
WHERE e.slug = $1 AND m.staff_id = $2 AND m.removed_at IS NULL
