-- 0065: scenes are assessed against published criteria by a licensed certifier, for a term, and by a second person.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- In force: decided with `confirmed`, within its term, not withdrawn. It lapses by itself.
CREATE TABLE IF NOT EXISTS scene_certifications (
    id               uuid PRIMARY KEY,
    scene_id         uuid NOT NULL,
    organisation_id  uuid NOT NULL,
    criteria         text NOT NULL,
    points           jsonb NOT NULL,
    score            numeric(5, 2) NOT NULL,
    valid_from       date NOT NULL,
    valid_to         date NOT NULL,
    proposed_by      uuid NOT NULL,
    proposed_at      timestamptz NOT NULL DEFAULT now(),
    decision         text,
    decided_by       uuid,
    decided_at       timestamptz,
    decided_why      text,
    withdrawn_by     uuid,
    withdrawn_at     timestamptz,
    withdrawn_why    text,
    CONSTRAINT scene_certifications_scene_id_fkey FOREIGN KEY (scene_id) REFERENCES scenes (id),
    CONSTRAINT scene_certifications_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT scene_certifications_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES staff (id),
    CONSTRAINT scene_certifications_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT scene_certifications_withdrawn_by_fkey FOREIGN KEY (withdrawn_by) REFERENCES staff (id),
    CONSTRAINT scene_certifications_score_bounded CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT scene_certifications_term_in_order CHECK (valid_to > valid_from AND valid_to <= valid_from + 1100),
    CONSTRAINT scene_certifications_decision_whole CHECK (
        num_nulls(decision, decided_by, decided_at, decided_why) IN (0, 4)
        AND decision IN ('confirmed', 'rejected')),
    CONSTRAINT scene_certifications_withdrawal_whole CHECK (
        num_nulls(withdrawn_by, withdrawn_at, withdrawn_why) IN (0, 3)
        AND (withdrawn_at IS NULL OR decision IS NOT DISTINCT FROM 'confirmed'))
);
CREATE INDEX IF NOT EXISTS scene_certifications_of_scene ON scene_certifications (scene_id, valid_to);
-- One assessment of a scene waits at a time.
CREATE UNIQUE INDEX IF NOT EXISTS scene_certifications_one_waits
    ON scene_certifications (scene_id) WHERE decision IS NULL;
