-- read_declared_steps: [read] what WeRun's totals have brought so far, by day. What was reversed stays counted:
-- declaring the same total again brings nothing.
-- $1 citizen_id uuid  $2 method text  $3 first day date
SELECT day, sum(quantity) AS steps
FROM actions
WHERE citizen_id = $1 AND day >= $3 AND method = $2 AND tier = 'E2'
GROUP BY day
