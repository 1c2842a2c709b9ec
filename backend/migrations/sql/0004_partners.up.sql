-- 0004: partners that report actions, the keys they sign with, whom they may report, what waits for a binding.

CREATE TABLE IF NOT EXISTS partners (
    id          uuid PRIMARY KEY,
    code        text NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    kind        text NOT NULL,
    methods     jsonb NOT NULL,
    is_open     boolean NOT NULL DEFAULT true,
    revision    integer NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT partners_code_unique UNIQUE (code),
    CONSTRAINT partners_code_form CHECK (code ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'),
    CONSTRAINT partners_kind_known CHECK (kind IN
        ('metro', 'bus', 'shared_bike', 'recycler', 'parcel', 'charging', 'exchange', 'other')),
    CONSTRAINT partners_methods_listed CHECK (jsonb_typeof(methods) = 'array')
);

-- A key signs from `valid_from` on and until just before `valid_to`; two overlap while a partner changes over.
-- The secret is encrypted (AES-256-GCM) under the key of the application's settings that `sealed_with` names.
CREATE TABLE IF NOT EXISTS partner_keys (
    id           text PRIMARY KEY,
    partner_id   uuid NOT NULL REFERENCES partners (id),
    sealed       bytea NOT NULL,
    sealed_with  text NOT NULL,
    valid_from   timestamptz NOT NULL,
    valid_to     timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT partner_keys_id_form CHECK (id ~ '^[0-9A-Za-z_-]{1,40}$'),
    CONSTRAINT partner_keys_end_after_start CHECK (valid_to >= valid_from)
);
CREATE INDEX IF NOT EXISTS partner_keys_by_partner ON partner_keys (partner_id);

-- A citizen let a partner report what it knows of them, under a text they agreed to. `subject` is the partner's
-- own id of the person; it is destroyed with the citizen's account, the record of the consent stays.
-- A partner names subjects, not citizens, so the key that keeps one subject from being credited to two people
-- cannot hold a citizen_id. It holds a partner_id: a partner's grants and items are to lie on one node.
CREATE TABLE IF NOT EXISTS source_grants (
    citizen_id       uuid NOT NULL,
    id               uuid NOT NULL,
    partner_id       uuid NOT NULL,
    subject          text,
    consent_version  text NOT NULL,
    granted_at       timestamptz NOT NULL,
    withdrawn_at     timestamptz,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT source_grants_one_citizen_per_subject
        EXCLUDE (partner_id WITH =, subject WITH =) WHERE (withdrawn_at IS NULL),
    CONSTRAINT source_grants_one_subject_per_citizen
        EXCLUDE (citizen_id WITH =, partner_id WITH =) WHERE (withdrawn_at IS NULL),
    CONSTRAINT source_grants_subject_short CHECK (char_length(subject) BETWEEN 1 AND 128),
    CONSTRAINT source_grants_subject_while_in_force CHECK (subject IS NOT NULL OR withdrawn_at IS NOT NULL),
    CONSTRAINT source_grants_end_after_start CHECK (withdrawn_at >= granted_at)
);
CREATE INDEX IF NOT EXISTS source_grants_withdrawn ON source_grants (partner_id, subject)
    WHERE withdrawn_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS source_grants_by_age ON source_grants (granted_at) WHERE withdrawn_at IS NULL;

-- What a partner gave a person of its own to prove to us who they are there: good once, for ten minutes.
-- `request_hash` is of the signature under which it was asked for: a request that somebody recorded and sends
-- again must not bring them a code.
CREATE TABLE IF NOT EXISTS binding_codes (
    code_hash     bytea PRIMARY KEY,
    request_hash  bytea NOT NULL,
    partner_id    uuid NOT NULL,
    subject       text NOT NULL,
    created_at    timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    citizen_id    uuid,
    grant_id      uuid,
    CONSTRAINT binding_codes_once_per_request UNIQUE (request_hash),
    CONSTRAINT binding_codes_hash_length CHECK (octet_length(code_hash) = 32 AND octet_length(request_hash) = 32),
    CONSTRAINT binding_codes_subject_short CHECK (char_length(subject) BETWEEN 1 AND 128),
    CONSTRAINT binding_codes_used_for_a_grant CHECK ((citizen_id IS NULL) = (grant_id IS NULL))
);
CREATE INDEX IF NOT EXISTS binding_codes_by_subject ON binding_codes (partner_id, subject);
CREATE INDEX IF NOT EXISTS binding_codes_by_age ON binding_codes (created_at);

-- What was reported of somebody who has not bound themselves yet: kept for a bounded time, credited on binding.
-- It belongs to no citizen, so its key holds the partner.
CREATE TABLE IF NOT EXISTS waiting_items (
    partner_id   uuid NOT NULL,
    external_id  text NOT NULL,
    subject      text NOT NULL,
    digest       bytea NOT NULL,
    body         jsonb NOT NULL,
    received_at  timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    CONSTRAINT waiting_items_once PRIMARY KEY (partner_id, external_id),
    CONSTRAINT waiting_items_external_id_short CHECK (char_length(external_id) BETWEEN 1 AND 64),
    CONSTRAINT waiting_items_subject_short CHECK (char_length(subject) BETWEEN 1 AND 128),
    CONSTRAINT waiting_items_bounded CHECK (expires_at > received_at)
);
CREATE INDEX IF NOT EXISTS waiting_items_by_subject ON waiting_items (partner_id, subject);
CREATE INDEX IF NOT EXISTS waiting_items_by_expiry ON waiting_items (expires_at);
