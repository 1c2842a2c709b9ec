-- read_active_citizens: [read] citizens with an action in a month or later, in the order of their ids.
-- $1 after citizen_id uuid  $2 citizens at most int  $3 month date
SELECT DISTINCT citizen_id FROM action_sums WHERE citizen_id > $1 AND month >= $3 ORDER BY citizen_id LIMIT $2
