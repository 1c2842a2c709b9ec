-- read_effect_citizens: [read] the next citizens, in the order of their ids.
-- $1 after uuid  $2 count integer
SELECT id FROM citizens WHERE id > $1 ORDER BY id LIMIT $2
