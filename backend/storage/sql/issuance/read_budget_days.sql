-- read_budget_days: [read] what budgets had issued by the end of each day since a day.
-- $1 budget_id uuid[]  $2 first day date
SELECT budget_id, day, issued_points FROM issuance_budget_days
WHERE budget_id = ANY ($1::uuid[]) AND day >= $2
ORDER BY budget_id, day
