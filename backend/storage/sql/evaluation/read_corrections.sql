-- read_corrections: [read] how many of each fact upheld objections took off, by organisation.
-- $1 organisation_id uuid[]
SELECT organisation_id, fact, sum(taken_off)::int AS taken_off
FROM credit_objections WHERE organisation_id = ANY ($1::uuid[]) AND decision = 'upheld'
GROUP BY organisation_id, fact
