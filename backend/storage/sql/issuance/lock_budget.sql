-- lock_budget: [lock] one issuance budget, so that what is issued meanwhile is added to what staff set.
-- $1 id uuid
SELECT id, total_points, issued_points, closed_at FROM issuance_budgets WHERE id = $1 FOR NO KEY UPDATE
