-- load_gate_badges: [read] badges as a gate needs them: what speaks against each, the citizen who joined with it,
-- whether it is inside. Blocks and presence are those of the chain: the badge and those that it replaced.
-- $1 event_id uuid  $2 serial int[]
SELECT b.serial, b.category, b.label, b.revoked_at, coalesce(k.is_blocked, false) AS is_blocked,
       k.changed_at AS block_changed_at, a.citizen_id AS bound_to, coalesce(p.is_inside, false) AS is_inside, p.since,
       p.last_scan, coalesce(b.first_serial, b.serial) AS chain, next.created_at AS replaced_at,
       newest.serial AS replaced_by
FROM badges b
LEFT JOIN badge_blocks k ON k.event_id = b.event_id AND k.badge_serial = coalesce(b.first_serial, b.serial)
LEFT JOIN attendances a ON a.event_id = b.event_id AND a.badge_serial = coalesce(b.holder_serial, b.serial)
LEFT JOIN presence p ON p.event_id = b.event_id AND p.badge_serial = coalesce(b.first_serial, b.serial)
LEFT JOIN badges next ON next.event_id = b.event_id AND next.serial = b.reissued_as
LEFT JOIN LATERAL (
    SELECT max(c.serial) AS serial FROM badges c
    WHERE b.reissued_as IS NOT NULL AND c.event_id = b.event_id
      AND c.first_serial = coalesce(b.first_serial, b.serial)
) AS newest ON true
WHERE b.event_id = $1 AND b.serial = ANY ($2::int[])
