-- read_my_revisions: [read] every footprint of a citizen's attendance, the scan's own first.
-- $1 event_id uuid  $2 citizen_id uuid
SELECT r.revision, r.delta_g, r.created_at, f.body AS footprint, f.journey::text AS journey
FROM (
    SELECT event_id, 1::smallint AS revision, 0::bigint AS delta_g, joined_at AS created_at, footprint_digest
    FROM attendances WHERE event_id = $1 AND citizen_id = $2
    UNION ALL
    SELECT event_id, revision, delta_g, created_at, footprint_digest
    FROM journey_revisions WHERE event_id = $1 AND citizen_id = $2
) r
JOIN footprints f ON f.event_id = r.event_id AND f.digest = r.footprint_digest
ORDER BY r.revision
