-- audit_retirements_timely: [read] batches that are not void and were retired before their vintage ended; where only the
-- year is told, before it began.
SELECT id, product, vintage, vintage_end, retired_on
FROM credit_batches
WHERE status <> 'void' AND retired_on < coalesce(vintage_end, make_date(vintage, 1, 1))
