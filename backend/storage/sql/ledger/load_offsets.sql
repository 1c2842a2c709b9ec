-- load_offsets: [read] what became of people who joined before: the last revision of their journey, their last wait,
-- their offset with what changed since; one row per allocation, in order, or one where there is none; no row where
-- nothing became of it.
-- $1 event_id uuid[]  $2 citizen_id uuid[]
SELECT asked.event_id, asked.citizen_id, r.revision, r.footprint_digest,
       w.sequence AS wait_sequence, w.asked_grams, w.pay_with AS wait_pay_with, w.is_difference, w.joined_at, w.held_for,
       w.is_open,
       o.id, o.grams, o.kind, o.certificate_number, o.pay_with, o.issued_at, o.seed,
       k.secret,
       c.changes, c.shrinks, c.grams AS changed_grams, x.batch_ids, x.froms, x.tos, p.points AS points_paid, p.points_per_kg,
       l.batch_id, l.grams AS allocated_grams, l.serial_from, l.serial_to
FROM unnest($1::uuid[], $2::uuid[]) AS asked (event_id, citizen_id)
LEFT JOIN LATERAL (
    SELECT revision, footprint_digest FROM journey_revisions j
    WHERE j.event_id = asked.event_id AND j.citizen_id = asked.citizen_id ORDER BY revision DESC LIMIT 1
) r ON true
LEFT JOIN LATERAL (
    SELECT v.sequence, v.asked_grams, v.pay_with, v.is_difference, v.joined_at, v.held_for, NOT EXISTS (
        SELECT FROM offset_wait_ends e
        WHERE e.event_id = v.event_id AND e.citizen_id = v.citizen_id AND e.sequence = v.sequence
    ) AS is_open
    FROM offset_waits v
    WHERE v.event_id = asked.event_id AND v.citizen_id = asked.citizen_id ORDER BY v.sequence DESC LIMIT 1
) w ON true
LEFT JOIN offsets o ON o.event_id = asked.event_id AND o.citizen_id = asked.citizen_id
LEFT JOIN certificate_links k ON k.event_id = o.event_id AND k.certificate_number = o.certificate_number
LEFT JOIN LATERAL (
    SELECT count(*)::int AS changes, (count(*) FILTER (WHERE grams < 0))::int AS shrinks,
           coalesce(sum(grams), 0)::bigint AS grams
    FROM offset_changes h
    WHERE h.event_id = o.event_id AND h.citizen_id = o.citizen_id
) c ON o.id IS NOT NULL
LEFT JOIN LATERAL (
    SELECT array_agg(g.batch_id) AS batch_ids, array_agg(g.serial_from) AS froms, array_agg(g.serial_to) AS tos
    FROM offset_releases g
    WHERE g.event_id = o.event_id AND g.citizen_id = o.citizen_id
) x ON o.id IS NOT NULL
LEFT JOIN LATERAL (
    SELECT coalesce(sum(points), 0)::bigint AS points, coalesce(max(points_per_kg), 0) AS points_per_kg
    FROM offset_payments y WHERE y.event_id = o.event_id AND y.citizen_id = o.citizen_id
) p ON o.id IS NOT NULL
LEFT JOIN allocations l ON l.event_id = o.event_id AND l.offset_id = o.id
WHERE o.id IS NOT NULL OR r.revision IS NOT NULL OR w.sequence IS NOT NULL
ORDER BY asked.event_id, asked.citizen_id, l.position
