-- read_team_sizes: [read] teams in the order of their ids, and how many members each has had.
-- $1 after team_id uuid  $2 teams at most int
SELECT t.id, (SELECT count(*) FROM team_members m WHERE m.team_id = t.id) AS memberships
FROM (SELECT id FROM teams WHERE id > $1 ORDER BY id LIMIT $2) t ORDER BY t.id
