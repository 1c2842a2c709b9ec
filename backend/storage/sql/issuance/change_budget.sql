-- change_budget: [write] set a budget's total, or close it at what it has issued; keep what was done. Its row is locked.
-- $1 id uuid  $2 total_points bigint  $3 kind text  $4 actor uuid  $5 reason text  $6 at timestamptz
WITH before AS (
    SELECT b.total_points, (SELECT coalesce(max(c.sequence), 0) FROM issuance_budget_changes c WHERE c.budget_id = b.id)
           AS sequence
    FROM issuance_budgets b WHERE b.id = $1
), changed AS (
    UPDATE issuance_budgets SET total_points = $2, closed_at = CASE $3 WHEN 'close' THEN $6 ELSE closed_at END
    WHERE id = $1
)
INSERT INTO issuance_budget_changes (budget_id, sequence, kind, points_before, points_after, actor, reason, at)
SELECT $1, before.sequence + 1, $3, before.total_points, $2, $4, $5, $6 FROM before
