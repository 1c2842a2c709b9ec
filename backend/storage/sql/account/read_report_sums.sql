-- read_report_sums: [read] a citizen's actions by month, method and kind of evidence.
-- $1 citizen_id uuid  $2 from_month date  $3 to_month date (not included)
SELECT month, method, is_verified, actions, reduction_g, points FROM action_sums
WHERE citizen_id = $1 AND month >= $2 AND month < $3 AND actions > 0 ORDER BY month, method, is_verified
