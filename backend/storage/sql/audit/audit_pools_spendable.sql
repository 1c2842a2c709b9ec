-- audit_pools_spendable: [read] pools of batches that are not retired, were planted only, or are of projects that are.
SELECT p.event_id, p.position, p.batch_id, b.status, b.is_ex_ante
FROM pools p
LEFT JOIN credit_batches b ON b.id = p.batch_id
WHERE b.id IS NULL OR b.status <> 'retired' OR b.is_ex_ante OR b.retirement_ref IS NULL
UNION ALL
SELECT p.event_id, p.position, p.batch_id, b.status, j.is_ex_ante
FROM pools p
JOIN credit_batches b ON b.id = p.batch_id AND NOT b.is_ex_ante
JOIN projects j ON j.id = b.project_id AND j.is_ex_ante
