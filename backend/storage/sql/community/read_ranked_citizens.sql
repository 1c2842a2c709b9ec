-- read_ranked_citizens: [read] what boards show of citizens; of those alone who agree to it now, and are in the team
-- now.
-- Minors, and who told no age, are shown to nobody.
-- $1 citizen_id uuid[]  $2 team_id uuid (null: any)  $3 policy_version text[] that hold
-- $4 the last month of birth of adults date
SELECT c.id, c.nickname, coalesce(p.shows_name, true) AS shows_name
FROM unnest($1::uuid[]) AS asked (id)
JOIN citizens c ON c.id = asked.id
LEFT JOIN profiles p ON p.citizen_id = c.id
WHERE (SELECT is_granted AND policy_version = ANY ($3::text[]) FROM consents
       WHERE citizen_id = c.id AND scope = 'leaderboard' ORDER BY revision DESC LIMIT 1)
  AND c.born_month <= $4
  AND ($2::uuid IS NULL
       OR EXISTS (SELECT FROM team_members m WHERE m.citizen_id = c.id AND m.team_id = $2 AND m.left_at IS NULL))
