-- store_budget_days: [write] note what every open budget has issued by now on a day.
-- $1 day date
INSERT INTO issuance_budget_days AS d (budget_id, day, issued_points)
SELECT id, $1, issued_points FROM issuance_budgets WHERE closed_at IS NULL
ON CONFLICT (budget_id, day) DO UPDATE SET issued_points = excluded.issued_points
WHERE d.issued_points <> excluded.issued_points
RETURNING budget_id
