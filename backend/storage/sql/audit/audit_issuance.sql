-- audit_issuance: [read] budgets against what was issued and is reserved, what staff did to them, and transfers that
-- issue without one. The budget "before budgets" may have issued more: servers of the version before went on for a day
-- at most while they were replaced.
WITH moved AS (
    SELECT budget_id,
           sum(CASE WHEN debit_account = '00000000-0000-7000-8000-000000000001' THEN points ELSE -points END) AS points,
           max(created_at) FILTER (WHERE debit_account = '00000000-0000-7000-8000-000000000001') AS last_at
    FROM transfers
    WHERE debit_account = '00000000-0000-7000-8000-000000000001'
       OR credit_account = '00000000-0000-7000-8000-000000000001'
    GROUP BY budget_id
), reserved AS (
    SELECT p.budget_id, sum(p.points) AS points
    FROM pending_points p
    LEFT JOIN pending_point_ends e
        ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
    WHERE e.citizen_id IS NULL
    GROUP BY p.budget_id
), last_changes AS (
    SELECT DISTINCT ON (budget_id) budget_id, sequence, points_after FROM issuance_budget_changes
    ORDER BY budget_id, sequence DESC
), told AS (
    SELECT coalesce(m.budget_id, r.budget_id) AS budget_id, coalesce(m.points, 0) + coalesce(r.points, 0) AS points,
           m.last_at
    FROM moved m FULL JOIN reserved r ON r.budget_id = m.budget_id
), before_budgets AS (
    SELECT '00000000-0000-7000-8000-000000000026'::uuid AS id
)
SELECT 'issued by budget ' || coalesce(b.id, t.budget_id)::text AS what, b.issued_points::text AS told,
       coalesce(t.points, 0)::text AS found
FROM issuance_budgets b FULL JOIN told t ON t.budget_id = b.id
WHERE b.id IS NULL OR b.issued_points > b.total_points OR CASE
    WHEN b.id = (SELECT id FROM before_budgets)
        THEN b.issued_points > coalesce(t.points, 0) OR t.last_at > b.opened_at + interval '1 day'
    ELSE b.issued_points <> coalesce(t.points, 0) END
UNION ALL
SELECT 'total of budget ' || b.id, b.total_points::text, c.points_after::text
FROM issuance_budgets b LEFT JOIN last_changes c ON c.budget_id = b.id
WHERE b.total_points IS DISTINCT FROM c.points_after AND b.id <> (SELECT id FROM before_budgets)
UNION ALL
SELECT 'changes of budget ' || budget_id, count(*)::text, max(sequence)::text FROM issuance_budget_changes
GROUP BY budget_id HAVING count(*) <> max(sequence)
