-- read_steps_told: [read] what WeRun's totals have brought so far, by day. What was taken back stays counted: telling
-- the
-- same total again must not bring it back.
-- $1 citizen_id uuid  $2 method text  $3 first day date
SELECT day, sum(quantity) AS steps
FROM actions
WHERE citizen_id = $1 AND day >= $3 AND method = $2 AND tier = 'E2'
GROUP BY day
