-- count_team_days: [write] sum up days of teams from what members did while they were members. Days whose actions were
-- all taken back go to nothing. In key order, so that two counts do not wait in a circle.
-- $1 team_id uuid[]  $2 first day date  $3 day after the last date  $4 the instant at which the first day begins timestamptz
WITH counted AS (
    SELECT m.team_id, a.day, count(*) AS actions,
           coalesce(sum(a.reduction_g) FILTER (WHERE a.tier <> 'E5'), 0)::bigint AS reduction_g,
           sum(a.points)::bigint AS points
    FROM team_members m
    CROSS JOIN LATERAL (
        SELECT a.day, a.reduction_g, a.tier, a.points FROM actions a
        WHERE a.citizen_id = m.citizen_id AND a.day >= $2 AND a.day < $3
          AND a.occurred_at >= m.joined_at AND (m.left_at IS NULL OR a.occurred_at < m.left_at)
          AND NOT EXISTS (SELECT FROM reversals r WHERE r.citizen_id = a.citizen_id AND r.action_id = a.id)
        OFFSET 0  -- member by member through the index: joined as a whole, all actions there are would be read
    ) a
    WHERE m.team_id = ANY ($1::uuid[]) AND (m.left_at IS NULL OR m.left_at > $4)
    GROUP BY m.team_id, a.day
), emptied AS (
    SELECT d.team_id, d.day, 0::bigint AS actions, 0::bigint AS reduction_g, 0::bigint AS points FROM team_days d
    WHERE d.team_id = ANY ($1::uuid[]) AND d.day >= $2 AND d.day < $3
      AND NOT EXISTS (SELECT FROM counted c WHERE c.team_id = d.team_id AND c.day = d.day)
)
INSERT INTO team_days AS kept (team_id, day, actions, reduction_g, points)
SELECT * FROM (SELECT * FROM counted UNION ALL SELECT * FROM emptied) AS sums ORDER BY team_id, day
ON CONFLICT (team_id, day) DO UPDATE
SET actions = excluded.actions, reduction_g = excluded.reduction_g, points = excluded.points
WHERE (kept.actions, kept.reduction_g, kept.points)
    IS DISTINCT FROM (excluded.actions, excluded.reduction_g, excluded.points)
