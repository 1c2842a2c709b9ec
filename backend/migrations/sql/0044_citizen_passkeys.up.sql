-- 0044: passkeys of citizens; the rules of 0043 are validated.
-- Works with the code that is running; may be run twice (IF NOT EXISTS, CREATE OR REPLACE); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- Rules that 0043 put on tables that grow with people, now that nothing waits for the lock that it took.
ALTER TABLE identities VALIDATE CONSTRAINT identities_provider_known;
ALTER TABLE identities VALIDATE CONSTRAINT identities_addresses_sealed;
ALTER TABLE sessions VALIDATE CONSTRAINT sessions_device_short;

-- Public keys; the id is the authenticator's own.
CREATE TABLE IF NOT EXISTS citizen_passkeys (
    id            bytea PRIMARY KEY,
    citizen_id    uuid NOT NULL REFERENCES citizens (id),
    public_key    bytea NOT NULL,
    sign_count    bigint NOT NULL,
    name          text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz,
    CONSTRAINT citizen_passkeys_id_length CHECK (octet_length(id) BETWEEN 16 AND 1023),
    CONSTRAINT citizen_passkeys_name_short CHECK (char_length(name) BETWEEN 1 AND 40)
);
CREATE INDEX IF NOT EXISTS citizen_passkeys_by_citizen ON citizen_passkeys (citizen_id);
