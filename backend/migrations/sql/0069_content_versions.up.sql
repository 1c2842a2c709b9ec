-- 0069: articles and quiz questions that operators write: versions, each proposed by one and published by another.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- What a version says is never changed; how far it has come is. Published, the newest of a slug that has begun holds.
CREATE TABLE IF NOT EXISTS content_versions (
    id               uuid PRIMARY KEY,
    kind             text NOT NULL,
    slug             text NOT NULL,
    version          integer NOT NULL,
    body             jsonb NOT NULL,
    is_withdrawal    boolean NOT NULL DEFAULT false,
    reason           text NOT NULL,
    written_by       uuid NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    state            text NOT NULL DEFAULT 'draft',
    effective_from   date,
    proposed_by      uuid,
    proposed_at      timestamptz,
    decided_by       uuid,
    decided_at       timestamptz,
    decision_reason  text,
    CONSTRAINT content_versions_written_by_fkey FOREIGN KEY (written_by) REFERENCES staff (id),
    CONSTRAINT content_versions_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES staff (id),
    CONSTRAINT content_versions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT content_versions_once UNIQUE (kind, slug, version),
    CONSTRAINT content_versions_kind_known CHECK (kind IN ('article', 'question')),
    CONSTRAINT content_versions_version_positive CHECK (version >= 1),
    CONSTRAINT content_versions_body_object CHECK (jsonb_typeof(body) = 'object'),
    CONSTRAINT content_versions_state_known CHECK (state IN ('draft', 'proposed', 'published', 'returned')),
    CONSTRAINT content_versions_proposed_whole CHECK (
        (state = 'draft') = (proposed_by IS NULL) AND (state = 'draft') = (proposed_at IS NULL)
        AND (state = 'draft') = (effective_from IS NULL)),
    CONSTRAINT content_versions_decided_whole CHECK (
        (state IN ('draft', 'proposed')) = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
        AND (decided_by IS NULL) = (decision_reason IS NULL))
);
CREATE INDEX IF NOT EXISTS content_versions_published ON content_versions (kind, slug, version) WHERE state = 'published';
