-- end_waiting_steps: [write] steps of a citizen who takes the consent to them back, and which a person was to look at:
-- nobody decides on them any more.
-- $1 citizen_id uuid  $2 decided_at timestamptz  $3 reason text
UPDATE reviews SET state = 'rejected', decided_at = $2, decided_by = coalesce(decided_by, $1), reason = $3
WHERE citizen_id = $1 AND method = 'walk_steps' AND tier = 'E2' AND state <> 'rejected' AND booked_at IS NULL
