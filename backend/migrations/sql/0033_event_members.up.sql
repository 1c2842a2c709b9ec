-- 0033: who of the venues' staff works at which event, and what their duty there is.

CREATE TABLE IF NOT EXISTS event_members (
    event_id uuid NOT NULL,
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    duty text NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    removed_by uuid,
    CONSTRAINT event_members_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT event_members_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT event_members_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT event_members_added_by_fkey FOREIGN KEY (added_by) REFERENCES staff (id),
    CONSTRAINT event_members_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES staff (id),
    CONSTRAINT event_members_duty_known CHECK (duty IN ('gate', 'badges', 'reviews', 'desk')),
    CONSTRAINT event_members_removed_by_whom CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS event_members_duty_once
    ON event_members (event_id, staff_id, duty) WHERE removed_at IS NULL;
CREATE INDEX IF NOT EXISTS event_members_of_staff ON event_members (staff_id) WHERE removed_at IS NULL;

-- Whoever worked at every event so far goes on at those that run now, with every duty; their organiser added them.
INSERT INTO event_members (event_id, id, staff_id, duty, added_by)
SELECT e.id, gen_random_uuid(), s.id, d.duty, e.created_by
FROM events e CROSS JOIN staff s CROSS JOIN (VALUES ('gate'), ('badges'), ('reviews'), ('desk')) d (duty)
WHERE e.state = 'running' AND s.role = 'staff' AND s.disabled_at IS NULL
ON CONFLICT (event_id, staff_id, duty) WHERE removed_at IS NULL DO NOTHING;
