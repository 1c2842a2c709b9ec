-- read_kept_journeys: [read] footprints with journeys that people's attendances and revisions name, with the seed of
-- their certificate and what their ceiling depends on.
-- $1 citizen_id uuid[]
SELECT x.citizen_id, x.event_id, f.digest, f.journey, f.body, f.total_g, o.seed, b.category,
       c.kind IS NOT DISTINCT FROM 'child' AS is_child
FROM (
    SELECT citizen_id, event_id, footprint_digest, badge_serial FROM attendances WHERE citizen_id = ANY ($1::uuid[])
    UNION
    SELECT r.citizen_id, r.event_id, r.footprint_digest, a.badge_serial FROM attendances a
    JOIN journey_revisions r ON r.event_id = a.event_id AND r.citizen_id = a.citizen_id
    WHERE a.citizen_id = ANY ($1::uuid[])
) x
JOIN footprints f ON f.event_id = x.event_id AND f.digest = x.footprint_digest AND f.journey IS NOT NULL
LEFT JOIN offsets o ON o.event_id = x.event_id AND o.citizen_id = x.citizen_id
LEFT JOIN badges b ON b.event_id = x.event_id AND b.serial = x.badge_serial
LEFT JOIN companions c ON c.event_id = x.event_id AND c.companion_id = x.citizen_id
ORDER BY x.citizen_id, x.event_id, f.digest
