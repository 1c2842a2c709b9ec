-- read_printed_badges: [read] what stands on badges that are good, by serial.
-- $1 event_id uuid  $2 after int  $3 serial_to int  $4 category text  $5 limit int
SELECT serial, category, holder_ref, label, alias FROM badges
WHERE event_id = $1 AND serial > $2 AND serial <= $3 AND ($4::text IS NULL OR category = $4) AND revoked_at IS NULL
ORDER BY serial LIMIT $5
