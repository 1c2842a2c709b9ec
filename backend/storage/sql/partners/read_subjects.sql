-- read_subjects: [read] the citizens behind a partner's subjects, by grants that are in force, with the policy they were given under.
-- $1 partner_id uuid  $2 subject text[]
SELECT subject, citizen_id, consent_version FROM source_grants
WHERE partner_id = $1 AND subject = ANY ($2::text[]) AND withdrawn_at IS NULL
