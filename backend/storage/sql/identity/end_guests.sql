-- end_guests: [write] these people hold their badges as guests no longer.
-- $1 citizen_id uuid[]  $2 ended_at timestamptz  $3 why text
UPDATE guests g SET ended_at = $2, ended_why = $3, device_hash = NULL
FROM accounts a
WHERE a.id = ANY ($1::uuid[]) AND g.event_id = a.guest_event_id AND g.citizen_id = a.id AND g.ended_at IS NULL
