-- load_gate_override: [read] why staff let a scan pass, by its own id or by that of the scan that had been refused.
-- $1 event_id uuid  $2 scan_id uuid  $3 refused_scan uuid
SELECT scan_id, refused_scan, refusal, reason, note, made_by FROM gate_overrides
WHERE event_id = $1 AND (scan_id = $2 OR refused_scan = $3)
ORDER BY scan_id = $2 DESC LIMIT 1
