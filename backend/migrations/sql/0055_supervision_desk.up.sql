-- 0055: the regulator's desk: alerts that were acknowledged, certificates drawn and checked, inspections with findings.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. All of it is only ever added to. Rights stand in grants.sql.

-- A regulator has one remit once.
CREATE UNIQUE INDEX IF NOT EXISTS regulator_remits_once
    ON regulator_remits (staff_id, coalesce(agency, ''), coalesce(city, '')) WHERE ended_at IS NULL;

-- `city` is the catalogue's Chinese name; an event may be filed under the English one.
ALTER TABLE regulator_remits ADD COLUMN IF NOT EXISTS city_en text;

-- An alert is computed and not stored: `alert` is its kind, `subject` what it is about, `since` when it began.
CREATE TABLE IF NOT EXISTS alert_acknowledgements (
    id        uuid PRIMARY KEY,
    alert     text NOT NULL,
    subject   text NOT NULL,
    since     timestamptz NOT NULL,
    note      text NOT NULL,
    staff_id  uuid NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT alert_acknowledgements_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT alert_acknowledgements_note_told CHECK (length(note) BETWEEN 1 AND 400)
);
CREATE INDEX IF NOT EXISTS alert_acknowledgements_of_subject ON alert_acknowledgements (alert, subject);

-- Certificates drawn at random: who has the seed and the numbers of all of them draws the same ones.
CREATE TABLE IF NOT EXISTS certificate_samples (
    id           uuid PRIMARY KEY,
    serial       bigint GENERATED ALWAYS AS IDENTITY,
    event_id     uuid,
    period_from  date,
    period_to    date,
    remits       jsonb NOT NULL,
    seed         text NOT NULL,
    size         integer NOT NULL,
    population   bigint NOT NULL,
    reason       text NOT NULL,
    drawn_by     uuid NOT NULL,
    drawn_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT certificate_samples_serial_unique UNIQUE (serial),
    CONSTRAINT certificate_samples_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT certificate_samples_drawn_by_fkey FOREIGN KEY (drawn_by) REFERENCES staff (id),
    CONSTRAINT certificate_samples_one_scope CHECK (
        (event_id IS NULL) = (period_from IS NOT NULL) AND (period_from IS NULL) = (period_to IS NULL)),
    CONSTRAINT certificate_samples_period_in_order CHECK (period_to >= period_from),
    CONSTRAINT certificate_samples_size_in_bounds CHECK (size BETWEEN 1 AND 200 AND size <= population)
);

-- What was found of one drawn certificate; looked at again, with its holder's copy say, it gets a further row.
CREATE TABLE IF NOT EXISTS certificate_checks (
    sample_id           uuid NOT NULL,
    position            smallint NOT NULL,
    sequence            smallint NOT NULL,
    certificate_number  text NOT NULL,
    basis               text NOT NULL,
    chain               jsonb NOT NULL,
    is_ok               boolean NOT NULL,
    checked_by          uuid NOT NULL,
    checked_at          timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT certificate_checks_pkey PRIMARY KEY (sample_id, position, sequence),
    CONSTRAINT certificate_checks_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES certificate_samples (id),
    CONSTRAINT certificate_checks_checked_by_fkey FOREIGN KEY (checked_by) REFERENCES staff (id),
    CONSTRAINT certificate_checks_position_from_1 CHECK (position >= 1 AND sequence >= 1),
    CONSTRAINT certificate_checks_basis_known CHECK (basis IN ('lines', 'sums', 'holder_copy'))
);

CREATE TABLE IF NOT EXISTS inspections (
    id               uuid PRIMARY KEY,
    serial           bigint GENERATED ALWAYS AS IDENTITY,
    event_id         uuid,
    organisation_id  uuid,
    purpose          text NOT NULL,
    opened_by        uuid NOT NULL,
    opened_at        timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inspections_serial_unique UNIQUE (serial),
    CONSTRAINT inspections_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT inspections_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT inspections_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES staff (id),
    CONSTRAINT inspections_one_subject CHECK ((event_id IS NULL) <> (organisation_id IS NULL))
);

-- What was found and how it ended. `sequence` counts from 1 without gaps: of two entries at one moment one is refused.
CREATE TABLE IF NOT EXISTS inspection_entries (
    inspection_id  uuid NOT NULL,
    sequence       integer NOT NULL,
    kind           text NOT NULL,
    text           text NOT NULL,
    severity       text,
    document_id    uuid,
    sample_id      uuid,
    result         text,
    staff_id       uuid NOT NULL,
    at             timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT inspection_entries_pkey PRIMARY KEY (inspection_id, sequence),
    CONSTRAINT inspection_entries_inspection_id_fkey FOREIGN KEY (inspection_id) REFERENCES inspections (id),
    CONSTRAINT inspection_entries_sample_id_fkey FOREIGN KEY (sample_id) REFERENCES certificate_samples (id),
    CONSTRAINT inspection_entries_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT inspection_entries_kind_known CHECK (kind IN ('finding', 'closing')),
    CONSTRAINT inspection_entries_sequence_from_1 CHECK (sequence >= 1),
    CONSTRAINT inspection_entries_severity_of_finding CHECK (
        (kind = 'finding') = (severity IS NOT NULL) AND severity IN ('none', 'minor', 'major')),
    CONSTRAINT inspection_entries_result_of_closing CHECK (
        (kind = 'closing') = (result IS NOT NULL) AND result IN ('compliant', 'to_correct', 'violation'))
);
CREATE UNIQUE INDEX IF NOT EXISTS inspection_entries_one_closing
    ON inspection_entries (inspection_id) WHERE kind = 'closing';
