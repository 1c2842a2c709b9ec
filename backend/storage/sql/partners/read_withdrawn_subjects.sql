-- read_withdrawn_subjects: [read] which of a partner's subjects had a grant and withdrew it.
-- $1 partner_id uuid  $2 subject text[]
SELECT DISTINCT subject FROM source_grants
WHERE partner_id = $1 AND subject = ANY ($2::text[]) AND withdrawn_at IS NOT NULL
