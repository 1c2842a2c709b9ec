-- read_search_marks: [read] of what a page shows: events that are frozen, organisations on the black list today.
-- $1 event_id uuid[]  $2 organisation_id uuid[]
SELECT id, 'frozen' AS mark FROM events WHERE id = ANY ($1::uuid[]) AND frozen_at IS NOT NULL
UNION ALL
SELECT organisation_id, 'blacklisted' FROM blacklisted_organisations WHERE organisation_id = ANY ($2::uuid[])
ORDER BY 1
