-- 0026, taken back: issuance budgets and points that wait for a first proven act.
-- What the up script made goes (IF EXISTS); reviews that were asked for keep their reason.
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_issued_by_a_budget;
ALTER TABLE transfers DROP COLUMN IF EXISTS budget_id;
ALTER TABLE accounts DROP COLUMN IF EXISTS is_proven;
DROP TABLE IF EXISTS pending_point_ends, pending_points, issuance_budget_days, issuance_budget_changes,
    issuance_budgets;
ALTER TABLE reviews DROP CONSTRAINT IF EXISTS reviews_why_known;
ALTER TABLE reviews ADD CONSTRAINT reviews_why_known CHECK (why IN ('photo', 'speed', 'device', 'partner'));
