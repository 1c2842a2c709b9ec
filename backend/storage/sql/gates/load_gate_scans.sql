-- load_gate_scans: [read] scans that are there already, by the ids that devices gave them.
-- $1 event_id uuid  $2 id uuid[]
SELECT id, device_id, gate, badge_serial, code_digest, direction, result, is_admitted, is_offline, scanned_at,
       received_at, annulled_at
FROM gate_scans WHERE event_id = $1 AND id = ANY ($2::uuid[])
