-- read_kept_journeys: [read] footprints with journeys that people's attendances and revisions name, with the seed of
-- their certificate.
-- $1 citizen_id uuid[]
SELECT x.citizen_id, x.event_id, f.digest, f.body, f.total_g, o.seed, o.id IS NOT NULL AS has_offset
FROM (
    SELECT citizen_id, event_id, footprint_digest FROM attendances WHERE citizen_id = ANY ($1::uuid[])
    UNION
    SELECT r.citizen_id, r.event_id, r.footprint_digest FROM attendances a
    JOIN journey_revisions r ON r.event_id = a.event_id AND r.citizen_id = a.citizen_id
    WHERE a.citizen_id = ANY ($1::uuid[])
) x
JOIN footprints f ON f.event_id = x.event_id AND f.digest = x.footprint_digest AND f.journey IS NOT NULL
LEFT JOIN offsets o ON o.event_id = x.event_id AND o.citizen_id = x.citizen_id
ORDER BY x.citizen_id, x.event_id, f.digest
