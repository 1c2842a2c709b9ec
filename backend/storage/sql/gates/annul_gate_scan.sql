-- annul_gate_scan: [write] annul a scan.
-- $1 event_id uuid  $2 id uuid  $3 device_id uuid  $4 now timestamptz
UPDATE gate_scans SET annulled_at = $4, annulled_by = $3
WHERE event_id = $1 AND id = $2 AND annulled_at IS NULL
RETURNING id
