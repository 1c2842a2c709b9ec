-- read_blacklisted: [read] which of these organisations are on the black list today, and why.
-- $1 organisation_id uuid[]
SELECT organisation_id, entry_id, reason FROM blacklisted_organisations WHERE organisation_id = ANY ($1::uuid[])
ORDER BY entry_id
