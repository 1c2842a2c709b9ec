-- forget_name_reports: [write] for a citizen who is erased: delete reports of names that they and their companions had on
-- certificates, and of names of teams that closed with them; take them, and what they wrote, off the reports that they made.
-- Returns how many reports there were.
-- $1 citizen_id uuid[], theirs and their companions'  $2 team_id uuid[], of teams that they left
WITH gone AS (
    DELETE FROM name_reports r
    WHERE r.kind = 'certificate' AND r.subject IN (
            SELECT o.certificate_number FROM attendances a
            JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
            WHERE a.citizen_id = ANY ($1::uuid[]))
        OR r.kind = 'team' AND r.subject IN (SELECT id::text FROM teams WHERE id = ANY ($2::uuid[]) AND NOT is_open)
    RETURNING r.id
), unnamed AS (
    UPDATE name_reports SET reporter_id = NULL, note = NULL
    WHERE reporter_id = ANY ($1::uuid[]) AND id NOT IN (SELECT id FROM gone)
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM unnamed) AS removed
