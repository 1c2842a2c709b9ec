-- 0043: citizens sign in with codes sent to an e-mail address or a phone number; their sessions say on what device.
-- Works with the code that is running; may be run twice (IF NOT EXISTS, CREATE OR REPLACE); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- Of an address the subject is a keyed digest; the address itself is encrypted, to be shown masked to its owner.
ALTER TABLE identities ADD COLUMN IF NOT EXISTS sealed bytea;
ALTER TABLE identities ADD COLUMN IF NOT EXISTS sealed_with text;
ALTER TABLE identities DROP CONSTRAINT IF EXISTS identities_provider_known;
ALTER TABLE identities ADD CONSTRAINT identities_provider_known
    CHECK (provider IN ('demo', 'wechat', 'wechat_web', 'oidc', 'email', 'phone')) NOT VALID;
ALTER TABLE identities DROP CONSTRAINT IF EXISTS identities_addresses_sealed;
ALTER TABLE identities ADD CONSTRAINT identities_addresses_sealed CHECK (
    (sealed IS NOT NULL) = (provider IN ('email', 'phone')) AND (sealed IS NULL) = (sealed_with IS NULL)
) NOT VALID;

-- A citizen's device in two words; null: not known, or a session of staff, who have staff_sessions.
ALTER TABLE sessions ADD COLUMN IF NOT EXISTS device text;
ALTER TABLE sessions DROP CONSTRAINT IF EXISTS sessions_device_short;
ALTER TABLE sessions ADD CONSTRAINT sessions_device_short CHECK (char_length(device) <= 40) NOT VALID;

-- What was begun to sign in: a code that was sent, with its wrong tries; or a passkey's answer, from its use on, so
-- that it works once. Kept for a day.
CREATE TABLE IF NOT EXISTS sign_in_challenges (
    id           uuid PRIMARY KEY,
    provider     text NOT NULL,
    subject      text,
    code_digest  bytea,
    sealed       bytea,
    sealed_with  text,
    failures     smallint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    CONSTRAINT sign_in_challenges_provider_known CHECK (provider IN ('email', 'phone', 'passkey')),
    CONSTRAINT sign_in_challenges_code_of_address CHECK (
        (provider = 'passkey') = (subject IS NULL) AND (subject IS NULL) = (code_digest IS NULL)
        AND (subject IS NULL) = (sealed IS NULL)),
    CONSTRAINT sign_in_challenges_digest_length CHECK (octet_length(code_digest) = 32),
    CONSTRAINT sign_in_challenges_sealed_with_key CHECK ((sealed IS NULL) = (sealed_with IS NULL)),
    CONSTRAINT sign_in_challenges_failures_counted CHECK (failures BETWEEN 0 AND 5)
);
CREATE INDEX IF NOT EXISTS sign_in_challenges_by_age ON sign_in_challenges USING brin (created_at);
CREATE INDEX IF NOT EXISTS sign_in_challenges_by_subject ON sign_in_challenges (subject);
