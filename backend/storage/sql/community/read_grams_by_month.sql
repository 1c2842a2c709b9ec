-- read_grams_by_month: [read] as read_grams_by_week, for a month, from its sums; only a team joined within it takes
-- actions.
-- $1 after citizen_id uuid  $2 citizens at most int  $3 first day date  $4 day after the last date
-- $5 the instant at which the first day begins timestamptz  $6 members that a team's board takes int
-- $7 policy_version text[] that hold
-- $8 the last month of birth of adults date; minors, and who told no age, are on no board
WITH chunk AS MATERIALIZED (
    SELECT DISTINCT ON (citizen_id) citizen_id, is_granted AND policy_version = ANY ($7::text[]) AS is_granted FROM consents
    WHERE scope = 'leaderboard' AND citizen_id > $1 ORDER BY citizen_id, revision DESC LIMIT $2
), asked AS MATERIALIZED (
    SELECT k.citizen_id, k.is_granted AND coalesce(c.born_month <= $8, false) AS is_ranked
    FROM chunk k LEFT JOIN citizens c ON c.id = k.citizen_id
)
SELECT b.citizen_id, coalesce(g.grams, 0) AS grams, p.district, t.team_id, coalesce(t.grams, g.grams, 0) AS team_grams
FROM asked b
LEFT JOIN profiles p ON p.citizen_id = b.citizen_id
LEFT JOIN LATERAL (
    SELECT sum(s.reduction_g)::bigint AS grams FROM action_sums s
    WHERE b.is_ranked AND s.citizen_id = b.citizen_id AND s.month = $3 AND s.is_verified
) g ON true
LEFT JOIN LATERAL (
    SELECT m.team_id, CASE WHEN m.joined_at > $5 THEN (
        SELECT coalesce(sum(a.reduction_g), 0)::bigint FROM actions a
        WHERE a.citizen_id = b.citizen_id AND a.day >= $3 AND a.day < $4 AND a.tier <> 'E5'
          AND a.occurred_at >= m.joined_at
          AND NOT EXISTS (SELECT FROM reversals r WHERE r.citizen_id = a.citizen_id AND r.action_id = a.id)
    ) END AS grams
    FROM team_members m JOIN teams ON teams.id = m.team_id
    WHERE g.grams > 0 AND m.citizen_id = b.citizen_id AND m.left_at IS NULL AND teams.is_open AND teams.members >= $6
) t ON true
ORDER BY b.citizen_id
