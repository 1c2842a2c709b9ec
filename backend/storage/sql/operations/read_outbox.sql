-- read_outbox: [read] how many tasks wait, how many are overdue and since when, how many are dead.
SELECT count(*) FILTER (WHERE failed_at IS NULL) AS waiting,
    count(*) FILTER (WHERE failed_at IS NOT NULL) AS dead,
    min(not_before) FILTER (WHERE failed_at IS NULL AND not_before <= now()) AS due_since
FROM outbox WHERE done_at IS NULL
