-- read_gate_overrides: [read] how often staff let pass what gates refused, by refusal and reason; what was annulled is
-- left out.
-- $1 event_id uuid
SELECT o.refusal, o.reason, count(*) AS count
FROM gate_overrides o JOIN gate_scans s ON s.event_id = o.event_id AND s.id = o.scan_id
WHERE o.event_id = $1 AND s.annulled_at IS NULL AND s.result = 'overridden'
GROUP BY o.refusal, o.reason ORDER BY count DESC, o.refusal, o.reason
