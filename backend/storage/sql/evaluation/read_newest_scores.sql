-- read_newest_scores: [read] the newest score of each of these organisations.
-- $1 organisation_id uuid[]
SELECT DISTINCT ON (organisation_id) organisation_id, id, criteria_version, facts
FROM credit_scores WHERE organisation_id = ANY ($1::uuid[])
ORDER BY organisation_id, id DESC
