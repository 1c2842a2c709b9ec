-- read_organiser_duties: [read] what an organiser may do at an event, as a member of organisations that run it; who
-- created an event without a host is its owner. No rows for whose event it is not.
-- $1 slug text  $2 staff_id uuid
SELECT m.duty FROM events e
JOIN event_organisations eo ON eo.event_id = e.id AND eo.removed_at IS NULL
JOIN organisation_members m ON m.organisation_id = eo.organisation_id AND m.staff_id = $2 AND m.removed_at IS NULL
WHERE e.slug = $1
UNION
SELECT 'owner' FROM events e
WHERE e.slug = $1 AND e.created_by = $2
    AND NOT EXISTS (SELECT FROM event_organisations h WHERE h.event_id = e.id AND h.removed_at IS NULL AND h.part = 'host')
