-- 0067: verifiers at events: who verifies an account, what they found of each of its items, what they asked, what they signed.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- Which organisation verifies an event's account: one at a time, and the earlier ones with why they ended.
CREATE TABLE IF NOT EXISTS event_verifiers (
    event_id         uuid NOT NULL,
    id               uuid NOT NULL,
    organisation_id  uuid NOT NULL,
    attached_by      uuid NOT NULL,
    attached_at      timestamptz NOT NULL DEFAULT now(),
    ended_at         timestamptz,
    ended_by         uuid,
    ended_why        text,
    CONSTRAINT event_verifiers_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT event_verifiers_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT event_verifiers_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT event_verifiers_attached_by_fkey FOREIGN KEY (attached_by) REFERENCES staff (id),
    CONSTRAINT event_verifiers_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES staff (id),
    CONSTRAINT event_verifiers_end_whole CHECK (num_nulls(ended_at, ended_by, ended_why) IN (0, 3))
);
CREATE UNIQUE INDEX IF NOT EXISTS event_verifiers_one_at_a_time ON event_verifiers (event_id) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS event_verifiers_by_id ON event_verifiers (id);
CREATE INDEX IF NOT EXISTS event_verifiers_of_organisation ON event_verifiers (organisation_id, id DESC);

-- What a verifier found of an item of the account; the newest of an item counts while the item is as it was seen.
CREATE TABLE IF NOT EXISTS verifier_reviews (
    event_id       uuid NOT NULL,
    id             uuid NOT NULL,
    verifier_id    uuid NOT NULL,
    item           text NOT NULL,
    item_sha256    bytea NOT NULL,
    decision       text NOT NULL,
    materiality_g  bigint,
    reason         text,
    decided_by     uuid NOT NULL,
    decided_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT verifier_reviews_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT verifier_reviews_verifier_fkey FOREIGN KEY (event_id, verifier_id) REFERENCES event_verifiers (event_id, id),
    CONSTRAINT verifier_reviews_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT verifier_reviews_item_short CHECK (char_length(item) BETWEEN 1 AND 120),
    CONSTRAINT verifier_reviews_item_hashed CHECK (octet_length(item_sha256) = 32),
    CONSTRAINT verifier_reviews_decision_whole CHECK (
        CASE decision WHEN 'confirmed' THEN materiality_g IS NULL
                      WHEN 'refused' THEN materiality_g IS NOT NULL AND materiality_g > 0 AND reason IS NOT NULL
                      ELSE false END),
    CONSTRAINT verifier_reviews_reason_short CHECK (char_length(reason) BETWEEN 1 AND 2000)
);

-- What a verifier asked about an item, and the organiser's answer, given once.
CREATE TABLE IF NOT EXISTS verifier_questions (
    event_id     uuid NOT NULL,
    id           uuid NOT NULL,
    verifier_id  uuid NOT NULL,
    item         text NOT NULL,
    question     text NOT NULL,
    asked_by     uuid NOT NULL,
    asked_at     timestamptz NOT NULL DEFAULT now(),
    answer       text,
    answered_by  uuid,
    answered_at  timestamptz,
    CONSTRAINT verifier_questions_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT verifier_questions_verifier_fkey FOREIGN KEY (event_id, verifier_id) REFERENCES event_verifiers (event_id, id),
    CONSTRAINT verifier_questions_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES staff (id),
    CONSTRAINT verifier_questions_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES staff (id),
    CONSTRAINT verifier_questions_item_short CHECK (char_length(item) BETWEEN 1 AND 120),
    CONSTRAINT verifier_questions_texts_short CHECK (
        char_length(question) BETWEEN 1 AND 2000 AND char_length(answer) BETWEEN 1 AND 4000),
    CONSTRAINT verifier_questions_answer_whole CHECK (num_nulls(answer, answered_by, answered_at) IN (0, 3))
);

-- A signed opinion on one state of the account; `body` are the canonical bytes that the signature covers.
CREATE TABLE IF NOT EXISTS verifier_opinions (
    event_id         uuid NOT NULL,
    id               uuid NOT NULL,
    verifier_id      uuid NOT NULL,
    licence_id       uuid NOT NULL,
    document_id      uuid NOT NULL,
    assurance        text NOT NULL,
    opinion          text NOT NULL,
    threshold_pct    numeric(4, 2) NOT NULL,
    account_sha256   bytea NOT NULL,
    body             bytea NOT NULL,
    key_id           text NOT NULL,
    signature        bytea NOT NULL,
    signed_by        uuid NOT NULL,
    signed_at        timestamptz NOT NULL,
    CONSTRAINT verifier_opinions_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT verifier_opinions_verifier_fkey FOREIGN KEY (event_id, verifier_id) REFERENCES event_verifiers (event_id, id),
    CONSTRAINT verifier_opinions_licence_id_fkey FOREIGN KEY (licence_id) REFERENCES organisation_licences (id),
    CONSTRAINT verifier_opinions_document_fkey FOREIGN KEY (event_id, document_id) REFERENCES event_documents (event_id, id),
    CONSTRAINT verifier_opinions_signed_by_fkey FOREIGN KEY (signed_by) REFERENCES staff (id),
    CONSTRAINT verifier_opinions_assurance_known CHECK (assurance IN ('reasonable', 'limited')),
    CONSTRAINT verifier_opinions_opinion_known CHECK (opinion IN ('unqualified', 'qualified', 'adverse')),
    CONSTRAINT verifier_opinions_threshold_bounded CHECK (threshold_pct > 0 AND threshold_pct <= 20),
    CONSTRAINT verifier_opinions_account_hashed CHECK (octet_length(account_sha256) = 32),
    CONSTRAINT verifier_opinions_signature_whole CHECK (octet_length(signature) = 64)
);
