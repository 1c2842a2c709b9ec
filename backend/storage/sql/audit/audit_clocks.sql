-- audit_clocks: [read] rows whose told time is not when the database wrote them, but for what a queue and clocks of several
-- hosts may take: ten minutes. When an act happened (`occurred_at`) is another thing; rows from before this clock have none.
SELECT * FROM (
    SELECT 'transfers' AS rows_of, citizen_id::text AS of, id::text AS id, created_at AS told_at, written_at FROM transfers
    UNION ALL
    SELECT 'actions', citizen_id::text, id::text, created_at, written_at FROM actions
    UNION ALL
    SELECT 'attendances', event_id::text, id::text, joined_at, written_at FROM attendances
    UNION ALL
    SELECT 'offsets', event_id::text, id::text, issued_at, written_at FROM offsets
    UNION ALL
    SELECT 'consents', citizen_id::text, scope, decided_at, written_at FROM consents
    UNION ALL
    SELECT 'log_entries', e.kind, e.subject, h.signed_at, e.written_at FROM log_entries e JOIN log_heads h ON h.size = e.sealed_in
) dated
WHERE written_at NOT BETWEEN told_at - interval '10 minutes' AND told_at + interval '10 minutes'
