-- read_event_documents: [read] what is on file about an event, oldest first.
-- $1 event_id uuid
SELECT kind, name, media_type, bytes, sha256, at FROM event_documents WHERE event_id = $1 ORDER BY at, id
