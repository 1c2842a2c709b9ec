-- audit_retirements_once: [read] batches that are not void and tell the same retirement or the same serials as another
-- one: under one key, or marked as a copy when keys were given to batches of before.
SELECT b.id, b.product, b.vintage, b.retirement_ref, b.retirement_key, b.serial_space
FROM credit_batches b
WHERE b.status <> 'void' AND (
    b.retirement_ref IS NOT NULL AND b.retirement_key IS NULL
    OR b.retirement_key LIKE '% % ~%' OR b.serial_space LIKE '% ~%'
    OR EXISTS (
        SELECT FROM credit_batches o
        WHERE o.id <> b.id AND o.status <> 'void' AND o.product = b.product AND o.vintage = b.vintage
            AND o.retirement_key = b.retirement_key
    )
)
