-- 0001: people, sessions, what staff did, the catalogue.
-- Every statement may be run again: a migration is recorded after its transaction, so a crash in
-- between leaves the tables there and the record not.

CREATE TABLE IF NOT EXISTS citizens (
    id          uuid PRIMARY KEY,
    nickname    text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT citizens_nickname_short CHECK (char_length(nickname) <= 40)
);

-- Who a citizen is for a provider of sign-ins. The row can be destroyed without touching a ledger.
CREATE TABLE IF NOT EXISTS identities (
    provider    text NOT NULL,
    subject     text NOT NULL,
    citizen_id  uuid NOT NULL REFERENCES citizens (id),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, subject),
    CONSTRAINT identities_provider_known CHECK (provider IN ('demo', 'wechat'))
);
CREATE INDEX IF NOT EXISTS identities_by_citizen ON identities (citizen_id);

CREATE TABLE IF NOT EXISTS staff (
    id             uuid PRIMARY KEY,
    username       text NOT NULL,
    role           text NOT NULL,
    password_hash  text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    disabled_at    timestamptz,
    CONSTRAINT staff_username_unique UNIQUE (username),
    CONSTRAINT staff_role_known CHECK (role IN ('staff', 'organiser', 'operator', 'regulator'))
);

CREATE TABLE IF NOT EXISTS sessions (
    id             uuid PRIMARY KEY,
    principal_id   uuid NOT NULL,
    role           text NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    revoked_at     timestamptz,
    revoked_why    text,
    CONSTRAINT sessions_role_known CHECK (role IN ('citizen', 'staff', 'organiser', 'operator', 'regulator')),
    CONSTRAINT sessions_revoked_with_reason CHECK ((revoked_at IS NULL) = (revoked_why IS NULL)),
    CONSTRAINT sessions_revoked_why_known CHECK (revoked_why IN ('signed_out', 'refresh_reused'))
);
CREATE INDEX IF NOT EXISTS sessions_by_principal ON sessions (principal_id);
CREATE INDEX IF NOT EXISTS sessions_by_age ON sessions USING brin (created_at);
CREATE INDEX IF NOT EXISTS sessions_lately_revoked ON sessions (revoked_at) WHERE revoked_at IS NOT NULL;

-- Only the SHA-256 of a refresh token is kept. A token used twice was stolen or lost: its session ends.
CREATE TABLE IF NOT EXISTS refresh_tokens (
    token_hash  bytea PRIMARY KEY,
    session_id  uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz,
    CONSTRAINT refresh_tokens_hash_length CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX IF NOT EXISTS refresh_tokens_by_expiry ON refresh_tokens USING brin (expires_at);
CREATE INDEX IF NOT EXISTS refresh_tokens_by_session ON refresh_tokens (session_id);

-- Append-only: what staff did, with before and after.
CREATE TABLE IF NOT EXISTS staff_actions (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    staff_id   uuid NOT NULL REFERENCES staff (id),
    action     text NOT NULL,
    subject    text NOT NULL,
    reason     text,
    before     jsonb,
    after      jsonb
);
CREATE INDEX IF NOT EXISTS staff_actions_by_subject ON staff_actions (subject, at);

-- Append-only: every factor, factor set, method and points rule that a record may point at.
CREATE TABLE IF NOT EXISTS catalogue_entries (
    kind          text NOT NULL,
    id            text NOT NULL,
    version       text NOT NULL,
    digest        bytea NOT NULL,
    body          jsonb NOT NULL,
    published_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id, version),
    CONSTRAINT catalogue_entries_kind_known
        CHECK (kind IN ('source', 'factor', 'factor_set', 'method', 'points_rule'))
);
