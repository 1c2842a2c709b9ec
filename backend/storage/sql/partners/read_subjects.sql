-- read_subjects: [read] the citizens behind a partner's subjects, by grants that are in force.
-- $1 partner_id uuid  $2 subject text[]
SELECT subject, citizen_id FROM source_grants
WHERE partner_id = $1 AND subject = ANY ($2::text[]) AND withdrawn_at IS NULL
