-- 0070: drafts of methods' versions and of points rules, and what a draft would have changed of the last days.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- `subject` is the method's code, or 'points'. `base` is the version that the draft was begun from. `effect` counts on
-- while the actions of the last days are computed anew; `effect_cursor` is the last citizen that is in it.
CREATE TABLE IF NOT EXISTS catalogue_drafts (
    id               uuid PRIMARY KEY,
    kind             text NOT NULL,
    subject          text NOT NULL,
    base             text NOT NULL,
    body             jsonb NOT NULL,
    revision         integer NOT NULL DEFAULT 1,
    state            text NOT NULL DEFAULT 'draft',
    reason           text NOT NULL,
    written_by       uuid NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    effect           jsonb,
    effect_cursor    uuid,
    effect_done_at   timestamptz,
    proposed_by      uuid,
    proposed_at      timestamptz,
    decided_by       uuid,
    decided_at       timestamptz,
    decision_reason  text,
    CONSTRAINT catalogue_drafts_written_by_fkey FOREIGN KEY (written_by) REFERENCES staff (id),
    CONSTRAINT catalogue_drafts_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES staff (id),
    CONSTRAINT catalogue_drafts_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT catalogue_drafts_kind_known CHECK (kind IN ('method', 'points_rule')),
    CONSTRAINT catalogue_drafts_body_object CHECK (jsonb_typeof(body) = 'object'),
    CONSTRAINT catalogue_drafts_revision_positive CHECK (revision >= 1),
    CONSTRAINT catalogue_drafts_state_known CHECK (state IN ('draft', 'proposed', 'published', 'discarded')),
    CONSTRAINT catalogue_drafts_proposed_whole CHECK ((proposed_by IS NULL) = (proposed_at IS NULL)),
    CONSTRAINT catalogue_drafts_proposed_by_whom CHECK (state NOT IN ('proposed', 'published') OR proposed_by IS NOT NULL),
    CONSTRAINT catalogue_drafts_published_with_effect CHECK (state NOT IN ('proposed', 'published') OR effect_done_at IS NOT NULL),
    CONSTRAINT catalogue_drafts_decided_whole CHECK (
        (state IN ('draft', 'proposed')) = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
        AND (decided_by IS NULL) = (decision_reason IS NULL))
);
-- Two drafts of one method would each be computed against what the other one changes.
CREATE UNIQUE INDEX IF NOT EXISTS catalogue_drafts_one_open
    ON catalogue_drafts (kind, subject) WHERE state IN ('draft', 'proposed');
