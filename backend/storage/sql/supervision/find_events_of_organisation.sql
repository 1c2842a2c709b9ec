-- find_events_of_organisation: [read] events that an organisation runs and that are not closed: those it stands beside, and
-- those without any organisation whose filer is an owner or editor of it; in order of their ids, as batches lock them.
-- $1 organisation_id uuid
SELECT e.id FROM events e
WHERE e.state <> 'closed' AND (
    EXISTS (
        SELECT FROM event_organisations o
        WHERE o.event_id = e.id AND o.organisation_id = $1 AND o.removed_at IS NULL
    ) OR (
        NOT EXISTS (SELECT FROM event_organisations o WHERE o.event_id = e.id AND o.removed_at IS NULL)
        AND EXISTS (
            SELECT FROM organisation_members m
            WHERE m.organisation_id = $1 AND m.staff_id = e.created_by AND m.duty IN ('owner', 'editor')
                AND m.removed_at IS NULL
        )
    )
)
ORDER BY e.id
