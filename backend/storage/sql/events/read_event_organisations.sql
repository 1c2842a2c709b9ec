-- read_event_organisations: [read] the organisations that run some events, the host of each first.
-- $1 event_id uuid[]
SELECT eo.event_id, eo.part, o.code, o.name_zh, o.name_en, o.state
FROM event_organisations eo JOIN organisations o ON o.id = eo.organisation_id
WHERE eo.event_id = ANY ($1) AND eo.removed_at IS NULL
ORDER BY eo.event_id, eo.part DESC, eo.added_at
