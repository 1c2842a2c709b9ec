-- audit_retirements_confirmed: [read] batches in a pool that needed a second person and were confirmed by nobody, by
-- one of those who told them, or by somebody who is not staff.
SELECT b.id, b.status, b.told_by, b.confirmed_by
FROM credit_batches b
LEFT JOIN staff s ON s.id = b.confirmed_by
WHERE b.needs_confirmation AND (b.assigned_g > 0 OR EXISTS (SELECT FROM pools p WHERE p.batch_id = b.id))
    AND (b.confirmed_by IS NULL OR b.confirmed_by = ANY (b.told_by) OR cardinality(b.told_by) = 0 OR s.id IS NULL)
