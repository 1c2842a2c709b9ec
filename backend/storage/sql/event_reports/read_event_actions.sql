-- read_event_actions: [read] low-carbon actions logged at an event by method; those taken back are left out.
-- $1 event_id uuid
SELECT a.method, count(*) AS actions, count(DISTINCT a.citizen_id) AS people,
       coalesce(sum(a.reduction_g) FILTER (WHERE a.tier <> 'E5'), 0)::bigint AS reduction_g,
       coalesce(sum(a.reduction_g) FILTER (WHERE a.tier = 'E5'), 0)::bigint AS self_declared_g
FROM actions a
LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
WHERE a.event_id = $1 AND a.state = 'posted' AND r.id IS NULL
GROUP BY a.method
