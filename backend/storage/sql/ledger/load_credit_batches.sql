-- load_credit_batches: [read] credit batches as a certificate shows them.
-- $1 id uuid[]
SELECT id, product, project_name, retirement_ref FROM credit_batches WHERE id = ANY ($1::uuid[])
