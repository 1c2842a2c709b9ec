-- read_event_gates: [read] an event as its gates see it: its state, how often its badges enter and when, and the rules
-- of each gate.
-- $1 event_id uuid
SELECT e.code, e.slug, e.name_zh, e.name_en, e.state, g.gate, g.name_zh AS gate_zh, g.name_en AS gate_en,
       s.direction, s.categories, s.opens_at, s.closes_at, s.is_entry_required, s.hours,
       coalesce(x.entry_policy, 'once_per_event') AS entry_policy, coalesce(x.hours, '[]') AS event_hours
FROM events e
LEFT JOIN entry_settings x ON x.event_id = e.id
LEFT JOIN gates g ON g.event_id = e.id
LEFT JOIN gate_settings s ON s.event_id = g.event_id AND s.gate = g.gate
WHERE e.id = $1
ORDER BY g.gate
