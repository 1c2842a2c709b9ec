-- read_event_gates: [read] an event as its gates see it: its state, and the rules of each gate.
-- $1 event_id uuid
SELECT e.code, e.slug, e.name_zh, e.name_en, e.state, g.gate, g.name_zh AS gate_zh, g.name_en AS gate_en,
       s.direction, s.categories, s.opens_at, s.closes_at, s.is_entry_required
FROM events e
LEFT JOIN gates g ON g.event_id = e.id
LEFT JOIN gate_settings s ON s.event_id = g.event_id AND s.gate = g.gate
WHERE e.id = $1
ORDER BY g.gate
