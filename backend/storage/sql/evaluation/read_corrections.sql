-- read_corrections: [read] by how much upheld objections corrected each fact, by organisation.
-- $1 organisation_id uuid[]
SELECT organisation_id, fact, sum(corrected)::int AS corrected
FROM credit_objections WHERE organisation_id = ANY ($1::uuid[]) AND decision = 'upheld'
GROUP BY organisation_id, fact
