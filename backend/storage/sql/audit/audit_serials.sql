-- audit_serials: [read] from a pool's first serial on, each allocation begins where the one before ended, up to
-- next_serial; what was released was allocated to the same person, its last serials without a gap, and once.
WITH placed AS (
    SELECT p.event_id, p.position, p.serial_from AS pool_from, p.next_serial, l.serial_from, l.serial_to,
           lag(l.serial_to, 1, p.serial_from - 1) OVER w AS previous_to,
           lead(l.serial_from) OVER w IS NULL AS is_last
    FROM pools p
    LEFT JOIN allocations l ON l.event_id = p.event_id AND l.batch_id = p.batch_id
        AND l.serial_from BETWEEN p.serial_from AND p.serial_to
    WINDOW w AS (PARTITION BY p.event_id, p.position ORDER BY l.serial_from)
)
SELECT event_id, position, previous_to, serial_from, serial_to, next_serial FROM placed
WHERE (serial_from IS NULL AND next_serial <> pool_from)
   OR (serial_from IS NOT NULL AND serial_from <> previous_to + 1)
   OR (serial_from IS NOT NULL AND is_last AND next_serial <> serial_to + 1)
UNION ALL
SELECT l.event_id, NULL, NULL, l.serial_from, l.serial_to, NULL
FROM allocations l
WHERE NOT EXISTS (
    SELECT FROM pools p WHERE p.event_id = l.event_id AND p.batch_id = l.batch_id
    AND l.serial_from >= p.serial_from AND l.serial_to <= p.serial_to
)
UNION ALL
SELECT r.event_id, NULL, NULL, r.serial_from, r.serial_to, NULL
FROM offset_releases r
WHERE NOT EXISTS (
    SELECT FROM allocations l
    JOIN offsets o ON o.event_id = l.event_id AND o.id = l.offset_id AND o.citizen_id = r.citizen_id
    WHERE l.event_id = r.event_id AND l.batch_id = r.batch_id
        AND l.serial_from <= r.serial_from AND (l.serial_to = r.serial_to OR EXISTS (
            SELECT FROM offset_releases n WHERE n.event_id = r.event_id AND n.batch_id = r.batch_id
                AND n.serial_from = r.serial_to + 1 AND n.serial_to <= l.serial_to
        ))
)
