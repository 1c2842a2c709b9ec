-- 0037: what each reviewer says of an action, which citizens they are, and who of the staff reviews and answers for the whole city.

-- Above a value two persons say the same before an action is booked or rejected; where they differ, an operator says
-- the third word. Append-only.
CREATE TABLE IF NOT EXISTS review_opinions (
    citizen_id uuid NOT NULL,
    id uuid NOT NULL,
    review_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    opinion text NOT NULL,
    reason text NOT NULL,
    given_at timestamptz NOT NULL,
    CONSTRAINT review_opinions_pkey PRIMARY KEY (citizen_id, id),
    CONSTRAINT review_opinions_review_id_fkey FOREIGN KEY (citizen_id, review_id) REFERENCES reviews (citizen_id, id),
    CONSTRAINT review_opinions_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    -- Never the same person twice.
    CONSTRAINT review_opinions_once_a_person UNIQUE (citizen_id, review_id, staff_id),
    CONSTRAINT review_opinions_opinion_known CHECK (opinion IN ('approve', 'reject')),
    CONSTRAINT review_opinions_reason_short CHECK (char_length(reason) BETWEEN 1 AND 400)
);

-- Duties that belong to no event: actions that were done at none, and complaints. An operator gives and ends them.
CREATE TABLE IF NOT EXISTS city_members (
    id uuid PRIMARY KEY,
    staff_id uuid NOT NULL,
    duty text NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz,
    removed_by uuid,
    CONSTRAINT city_members_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT city_members_added_by_fkey FOREIGN KEY (added_by) REFERENCES staff (id),
    CONSTRAINT city_members_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES staff (id),
    CONSTRAINT city_members_duty_known CHECK (duty IN ('reviews', 'complaints')),
    CONSTRAINT city_members_removed_by_whom CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS city_members_duty_once ON city_members (staff_id, duty) WHERE removed_at IS NULL;

-- Which citizen a member of staff is, told with that account's own sign-in: nobody reviews or answers for themselves.
CREATE TABLE IF NOT EXISTS staff_citizens (
    staff_id uuid NOT NULL,
    citizen_id uuid NOT NULL,
    told_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT staff_citizens_pkey PRIMARY KEY (staff_id, citizen_id),
    CONSTRAINT staff_citizens_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT staff_citizens_citizen_id_fkey FOREIGN KEY (citizen_id) REFERENCES citizens (id)
);
CREATE INDEX IF NOT EXISTS staff_citizens_of_citizen ON staff_citizens (citizen_id);
