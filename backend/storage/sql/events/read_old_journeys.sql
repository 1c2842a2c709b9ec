-- read_old_journeys: [read] people and events whose journeys are still kept so long after the event's end.
-- $1 ended_before timestamptz  $2 rows at most int
SELECT DISTINCT a.citizen_id, a.event_id
FROM events e
JOIN attendances a ON a.event_id = e.id
LEFT JOIN journey_revisions r ON r.event_id = a.event_id AND r.citizen_id = a.citizen_id
JOIN footprints f ON f.event_id = a.event_id AND f.digest IN (a.footprint_digest, r.footprint_digest)
    AND f.journey IS NOT NULL
WHERE e.ends_at < $1
LIMIT $2
