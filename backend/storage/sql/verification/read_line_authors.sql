-- read_line_authors: [read] who entered the lines of an event's inventory.
-- $1 event_id uuid
SELECT l.id, s.username FROM inventory_lines l JOIN staff s ON s.id = l.created_by WHERE l.event_id = $1
