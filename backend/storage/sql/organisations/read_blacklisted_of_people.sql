-- read_blacklisted_of_people: [read] organisations on the black list today that these accounts run as owner or editor, or
-- whose owner they were when the entry was proposed: who leaves after that leaves nothing behind.
-- $1 staff_id uuid[]
SELECT b.organisation_id, b.entry_id, b.reason FROM blacklisted_organisations b JOIN list_entries l ON l.id = b.entry_id
WHERE EXISTS (
    SELECT FROM organisation_members m
    WHERE m.organisation_id = b.organisation_id AND m.staff_id = ANY ($1::uuid[]) AND m.duty IN ('owner', 'editor')
        AND (m.removed_at IS NULL OR (m.duty = 'owner' AND m.removed_at >= l.proposed_at))
)
ORDER BY b.entry_id
