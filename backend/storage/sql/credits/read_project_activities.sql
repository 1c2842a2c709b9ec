-- read_project_activities: [read] the events at which people planted or repaired for projects, with what they told
-- there; acts that were taken back are left out.
-- $1 project_id uuid[]
SELECT p.project_id, e.slug, e.name_zh, e.name_en, e.starts_at,
       count(DISTINCT a.citizen_id) AS people,
       coalesce(sum(a.credited_quantity) FILTER (WHERE a.method = 'tree_planting'), 0)::bigint AS trees,
       coalesce(sum(a.credited_quantity) FILTER (WHERE a.method = 'wetland_repair'), 0)::bigint AS wetland_acts
FROM project_activities p
JOIN events e ON e.id = p.event_id AND e.state NOT IN ('draft', 'submitted', 'rejected')
LEFT JOIN actions a ON a.event_id = p.event_id AND a.method IN ('tree_planting', 'wetland_repair')
    AND a.state = 'posted'
    AND NOT EXISTS (SELECT FROM reversals r WHERE r.citizen_id = a.citizen_id AND r.action_id = a.id)
WHERE p.project_id = ANY ($1::uuid[])
GROUP BY p.project_id, e.id
ORDER BY e.starts_at DESC, e.id DESC
