-- read_team_grams: [read] verified grams of a period of open teams with members enough, from the days already summed
-- up.
-- $1 after team_id uuid  $2 teams at most int  $3 first day date  $4 day after the last date  $5 members at least int
WITH chunk AS MATERIALIZED (
    SELECT id FROM teams WHERE id > $1 AND is_open AND members >= $5 ORDER BY id LIMIT $2
)
SELECT b.id AS team_id, coalesce(d.grams, 0) AS grams
FROM chunk b
LEFT JOIN LATERAL (
    SELECT sum(reduction_g)::bigint AS grams FROM team_days WHERE team_id = b.id AND day >= $3 AND day < $4
) d ON true
ORDER BY b.id
