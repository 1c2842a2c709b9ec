-- 0030: how staff sign in: second factors, sessions that say where they are, links to set a password once.

-- Where a session of staff is and when it was last used; a citizen's session says neither.
CREATE TABLE IF NOT EXISTS staff_sessions (
    session_id    uuid PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    staff_id      uuid NOT NULL REFERENCES staff (id),
    source        text NOT NULL,
    device        text NOT NULL,
    last_used_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT staff_sessions_source_short CHECK (char_length(source) <= 64),
    CONSTRAINT staff_sessions_device_short CHECK (char_length(device) <= 200)
);
CREATE INDEX IF NOT EXISTS staff_sessions_by_staff ON staff_sessions (staff_id);

-- The secret of an authenticator app, encrypted; a step of time is accepted once and never an earlier one after it.
CREATE TABLE IF NOT EXISTS staff_totp (
    staff_id      uuid PRIMARY KEY REFERENCES staff (id),
    sealed        bytea NOT NULL,
    sealed_with   text NOT NULL,
    last_step     bigint NOT NULL,
    confirmed_at  timestamptz NOT NULL DEFAULT now()
);

-- Only hashes are kept; each code opens once.
CREATE TABLE IF NOT EXISTS staff_recovery_codes (
    staff_id    uuid NOT NULL REFERENCES staff (id),
    code_hash   bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    used_at     timestamptz,
    PRIMARY KEY (staff_id, code_hash),
    CONSTRAINT staff_recovery_codes_hash_length CHECK (octet_length(code_hash) = 32)
);

-- Public keys of passkeys; the id is the authenticator's own.
CREATE TABLE IF NOT EXISTS staff_passkeys (
    id            bytea PRIMARY KEY,
    staff_id      uuid NOT NULL REFERENCES staff (id),
    public_key    bytea NOT NULL,
    sign_count    bigint NOT NULL,
    name          text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz,
    CONSTRAINT staff_passkeys_id_length CHECK (octet_length(id) BETWEEN 16 AND 1023),
    CONSTRAINT staff_passkeys_name_short CHECK (char_length(name) BETWEEN 1 AND 40)
);
CREATE INDEX IF NOT EXISTS staff_passkeys_by_staff ON staff_passkeys (staff_id);

-- What was begun and waits for its second half, for minutes; a link to set a password, for days. Wrong second halves
-- are counted here, so that no process and no restart forgets them.
CREATE TABLE IF NOT EXISTS staff_challenges (
    token_hash   bytea PRIMARY KEY,
    staff_id     uuid NOT NULL REFERENCES staff (id),
    purpose      text NOT NULL,
    device_id    uuid,
    nonce        bytea,
    sealed       bytea,
    sealed_with  text,
    failures     smallint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    CONSTRAINT staff_challenges_hash_length CHECK (octet_length(token_hash) = 32),
    CONSTRAINT staff_challenges_purpose_known CHECK (purpose IN ('sign_in', 'totp', 'passkey', 'password')),
    CONSTRAINT staff_challenges_sealed_with_key CHECK ((sealed IS NULL) = (sealed_with IS NULL)),
    CONSTRAINT staff_challenges_failures_counted CHECK (failures >= 0)
);
CREATE INDEX IF NOT EXISTS staff_challenges_by_staff ON staff_challenges (staff_id, created_at);
