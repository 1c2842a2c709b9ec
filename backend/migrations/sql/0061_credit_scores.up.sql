-- 0061: credit scores of organisations with the facts that they rest on, and objections to single points.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- One result, never changed; the newest holds. No score and no stars: there was too little to rate.
CREATE TABLE IF NOT EXISTS credit_scores (
    id                uuid PRIMARY KEY,
    organisation_id   uuid NOT NULL,
    criteria_version  text NOT NULL,
    score             numeric(5, 2),
    stars             smallint,
    facts             jsonb NOT NULL,
    points            jsonb NOT NULL,
    as_of             date NOT NULL,
    computed_at       timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT credit_scores_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT credit_scores_score_range CHECK (score BETWEEN 0 AND 100),
    CONSTRAINT credit_scores_stars_range CHECK (stars BETWEEN 1 AND 5),
    CONSTRAINT credit_scores_rated_whole CHECK ((score IS NULL) = (stars IS NULL)),
    CONSTRAINT credit_scores_facts_object CHECK (jsonb_typeof(facts) = 'object'),
    CONSTRAINT credit_scores_points_list CHECK (jsonb_typeof(points) = 'array')
);
CREATE INDEX IF NOT EXISTS credit_scores_newest ON credit_scores (organisation_id, id DESC);

-- A member objects to a point; upheld, its fact counts by so many more in the organisation's favour.
CREATE TABLE IF NOT EXISTS credit_objections (
    id               uuid PRIMARY KEY,
    organisation_id  uuid NOT NULL,
    score_id         uuid NOT NULL,
    criterion        text NOT NULL,
    fact             text NOT NULL,
    reason           text NOT NULL,
    filed_by         uuid NOT NULL,
    filed_at         timestamptz NOT NULL,
    decision         text,
    corrected        integer NOT NULL DEFAULT 0,
    decision_reason  text,
    decided_by       uuid,
    decided_at       timestamptz,
    CONSTRAINT credit_objections_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT credit_objections_score_id_fkey FOREIGN KEY (score_id) REFERENCES credit_scores (id),
    CONSTRAINT credit_objections_filed_by_fkey FOREIGN KEY (filed_by) REFERENCES staff (id),
    CONSTRAINT credit_objections_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT credit_objections_once UNIQUE (score_id, criterion),
    CONSTRAINT credit_objections_reason_told CHECK (length(reason) > 0),
    CONSTRAINT credit_objections_decision_known CHECK (decision IN ('upheld', 'rejected')),
    CONSTRAINT credit_objections_decided_whole CHECK (
        (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decision_reason IS NULL)),
    CONSTRAINT credit_objections_corrected_if_upheld CHECK (corrected >= 0 AND (corrected > 0) = (decision IS NOT DISTINCT FROM 'upheld'))
);
CREATE INDEX IF NOT EXISTS credit_objections_of_organisation ON credit_objections (organisation_id);
