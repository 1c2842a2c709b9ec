-- mark_erased: [write] nothing new is kept of these citizens from now on. Their accounts are locked before.
-- $1 citizen_id uuid[]  $2 erased_at timestamptz
UPDATE accounts SET erased_at = $2, earns_from = NULL WHERE id = ANY ($1::uuid[])
