-- 0056: features by city and phase: off, in a pilot with limits, or on. Proposed by one operator, confirmed by another.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- The newest confirmed switch of a feature and a city holds; `city` NULL: every city without a switch of its own.
CREATE TABLE IF NOT EXISTS feature_switches (
    id                uuid PRIMARY KEY,
    feature           text NOT NULL,
    city              text,
    phase             text NOT NULL,
    people_pct        smallint,
    uses_per_day_max  integer,
    reason            text NOT NULL,
    proposed_by       uuid NOT NULL,
    proposed_at       timestamptz NOT NULL DEFAULT now(),
    decision          text,
    decided_by        uuid,
    decided_at        timestamptz,
    CONSTRAINT feature_switches_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES staff (id),
    CONSTRAINT feature_switches_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT feature_switches_phase_known CHECK (phase IN ('off', 'pilot', 'on')),
    CONSTRAINT feature_switches_limits_of_pilot CHECK (
        (phase = 'pilot') = (people_pct IS NOT NULL OR uses_per_day_max IS NOT NULL)),
    CONSTRAINT feature_switches_people_in_bounds CHECK (people_pct BETWEEN 1 AND 99),
    CONSTRAINT feature_switches_uses_positive CHECK (uses_per_day_max >= 1),
    CONSTRAINT feature_switches_decision_known CHECK (decision IN ('confirmed', 'withdrawn')),
    CONSTRAINT feature_switches_decided_by_whom CHECK (
        (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL))
);
-- One proposal of a feature and a city waits at a time.
CREATE UNIQUE INDEX IF NOT EXISTS feature_switches_one_waiting
    ON feature_switches (feature, coalesce(city, '')) WHERE decision IS NULL;
CREATE INDEX IF NOT EXISTS feature_switches_in_force
    ON feature_switches (feature, city, decided_at DESC) WHERE decision = 'confirmed';
