-- read_team_weeks: [read] a team's sums by week (Monday first), oldest first.
-- $1 team_id uuid
SELECT date_trunc('week', day)::date AS first_day, sum(actions)::bigint AS actions,
       sum(reduction_g)::bigint AS reduction_g, sum(points)::bigint AS points
FROM team_days WHERE team_id = $1 GROUP BY first_day ORDER BY first_day
