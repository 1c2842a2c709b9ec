-- find_consenting: [read] citizens whose last word on a scope is yes, under a policy that holds, a chunk in the order of their ids.
-- $1 scope text  $2 after_citizen_id uuid (the last of the chunk before)  $3 citizen_id uuid[] (null: all)
-- $4 rows_max int  $5 policy_version text[] that hold
SELECT citizen_id FROM (
    SELECT DISTINCT ON (citizen_id) citizen_id, is_granted AND policy_version = ANY ($5::text[]) AS is_granted FROM consents
    WHERE scope = $1 AND citizen_id > $2 AND ($3::uuid[] IS NULL OR citizen_id = ANY ($3))
    ORDER BY citizen_id, revision DESC
) AS last_word
WHERE is_granted ORDER BY citizen_id LIMIT $4
