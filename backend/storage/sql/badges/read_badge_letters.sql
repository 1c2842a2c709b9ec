-- read_badge_letters: [read] every character that stands in the labels of badges to print.
-- $1 event_id uuid  $2 serial_from int  $3 serial_to int  $4 category text
SELECT DISTINCT letter FROM badges, string_to_table(label, NULL) AS letter
WHERE event_id = $1 AND serial BETWEEN $2 AND $3 AND ($4::text IS NULL OR category = $4) AND revoked_at IS NULL
