-- read_inventory_headcounts: [read] how many people an event had, as each source counts them: the newest ticket list,
-- holders of badges let in at the gates by the day they first came, and badges issued and not revoked.
-- $1 event_id uuid  $2 as_of timestamptz
SELECT 'list' AS source, category, day, people::bigint AS people
FROM inventory_people
WHERE event_id = $1 AND list_id = (SELECT list_id FROM inventory_people WHERE event_id = $1 AND created_at <= $2
                                   ORDER BY created_at DESC, id DESC LIMIT 1)
UNION ALL
SELECT 'gates', category, day, count(*) FROM (
    SELECT coalesce(b.first_serial, b.serial), coalesce(b.category, 'none') AS category,
           min((s.scanned_at AT TIME ZONE 'Asia/Shanghai')::date) AS day
    FROM gate_scans s JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
    WHERE s.event_id = $1 AND s.is_admitted AND s.direction = 'entry' AND s.received_at <= $2
      AND (s.annulled_at IS NULL OR s.annulled_at > $2)
    GROUP BY coalesce(b.first_serial, b.serial), b.category
) came GROUP BY category, day
UNION ALL
SELECT 'badges', coalesce(category, 'none'), NULL, count(*)
FROM badges
WHERE event_id = $1 AND created_at <= $2 AND (revoked_at IS NULL OR revoked_at > $2)
GROUP BY category
