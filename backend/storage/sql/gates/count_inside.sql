-- count_inside: [read] holders of badges inside an event; where they enter once a day, those who came in today.
-- $1 event_id uuid  $2 since timestamptz (null: whenever they came in)
SELECT count(*) AS inside FROM presence
WHERE event_id = $1 AND is_inside AND ($2::timestamptz IS NULL OR since >= $2)
