-- read_report_days: [read] a citizen's days with what was done on them, reversed actions left out, and what became of
-- it.
-- $1 citizen_id uuid  $2 from_day date  $3 to_day date (not included)
SELECT a.day, count(*) AS actions,
       coalesce(sum(a.reduction_g) FILTER (WHERE a.tier <> 'E5'), 0)::bigint AS reduction_g,
       coalesce(sum(a.reduction_g) FILTER (WHERE a.tier = 'E5'), 0)::bigint AS self_declared_g,
       coalesce(sum(c.grams) FILTER (WHERE c.claim_state = 'donated'), 0)::bigint AS donated_g,
       coalesce(sum(c.grams) FILTER (WHERE c.claim_state = 'aggregated'), 0)::bigint AS aggregated_g,
       coalesce(sum(c.grams) FILTER (WHERE c.claim_state = 'cancelled'), 0)::bigint AS cancelled_g
FROM actions a
LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
LEFT JOIN claims c ON c.citizen_id = a.citizen_id AND c.action_id = a.id
WHERE a.citizen_id = $1 AND a.day >= $2 AND a.day < $3 AND r.action_id IS NULL
GROUP BY a.day ORDER BY a.day
