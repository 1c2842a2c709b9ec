-- read_event_report: [read] the published report of an event.
-- $1 event_id uuid
SELECT body, digest, made_at FROM event_reports WHERE event_id = $1 AND is_final
