-- load_gate_history: [read] for each chain of badges its last admitted scan before an instant, and every one since.
-- $1 event_id uuid  $2 first serial int[]  $3 from timestamptz
WITH asked AS (
    SELECT chain, chain AS serial FROM unnest($2::int[]) AS given (chain)
    UNION ALL
    SELECT b.first_serial, b.serial FROM badges b WHERE b.event_id = $1 AND b.first_serial = ANY ($2::int[])
)
SELECT asked.chain, found.scanned_at, found.id, found.direction
FROM asked
CROSS JOIN LATERAL (
    (SELECT s.scanned_at, s.id, s.direction FROM gate_scans s
     WHERE s.event_id = $1 AND s.badge_serial = asked.serial AND s.is_admitted AND s.annulled_at IS NULL
       AND s.scanned_at < $3
     ORDER BY s.scanned_at DESC, s.id DESC LIMIT 1)
    UNION ALL
    (SELECT s.scanned_at, s.id, s.direction FROM gate_scans s
     WHERE s.event_id = $1 AND s.badge_serial = asked.serial AND s.is_admitted AND s.annulled_at IS NULL
       AND s.scanned_at >= $3)
) AS found
ORDER BY asked.chain, found.scanned_at, found.id
