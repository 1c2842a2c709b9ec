-- 0014: staff's scanning devices, what each gate lets through, every scan at a gate, and who is inside.
-- A gate scan is not an attendance: it makes no footprint and no points.

-- A device of staff. It is let in once with an onboarding code and has a token of its own from then on; only hashes
-- of the two are kept.
CREATE TABLE IF NOT EXISTS devices (
    id                     uuid PRIMARY KEY,
    event_id               uuid NOT NULL REFERENCES events (id),
    name                   text NOT NULL,
    gates                  jsonb NOT NULL,
    onboarding_hash        bytea NOT NULL,
    onboarding_expires_at  timestamptz NOT NULL,
    token_hash             bytea,
    created_by             uuid NOT NULL REFERENCES staff (id),
    created_at             timestamptz NOT NULL DEFAULT now(),
    onboarded_at           timestamptz,
    revoked_at             timestamptz,
    last_seen_at           timestamptz,
    clock_offset_ms        bigint NOT NULL DEFAULT 0,
    CONSTRAINT devices_onboarding_unique UNIQUE (onboarding_hash),
    CONSTRAINT devices_token_unique UNIQUE (token_hash),
    CONSTRAINT devices_onboarding_hash_length CHECK (octet_length(onboarding_hash) = 32),
    CONSTRAINT devices_token_hash_length CHECK (octet_length(token_hash) = 32),
    CONSTRAINT devices_name_short CHECK (char_length(name) BETWEEN 1 AND 80),
    CONSTRAINT devices_gates_list CHECK (jsonb_typeof(gates) = 'array' AND jsonb_array_length(gates) >= 1),
    CONSTRAINT devices_token_by_onboarding CHECK ((token_hash IS NULL) = (onboarded_at IS NULL))
);
CREATE INDEX IF NOT EXISTS devices_by_event ON devices (event_id, id);

-- What a gate lets through. A gate without a row takes every category, both ways, at any time.
CREATE TABLE IF NOT EXISTS gate_settings (
    event_id           uuid NOT NULL,
    gate               smallint NOT NULL,
    direction          text NOT NULL DEFAULT 'both',
    categories         jsonb NOT NULL DEFAULT '[]',
    opens_at           timestamptz,
    closes_at          timestamptz,
    is_entry_required  boolean NOT NULL DEFAULT true,
    changed_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, gate),
    CONSTRAINT gate_settings_gate_known FOREIGN KEY (event_id, gate) REFERENCES gates (event_id, gate),
    CONSTRAINT gate_settings_direction_known CHECK (direction IN ('both', 'entry', 'exit')),
    CONSTRAINT gate_settings_categories_list CHECK (jsonb_typeof(categories) = 'array'),
    CONSTRAINT gate_settings_close_after_open CHECK (closes_at > opens_at)
);

-- A badge that may not enter for the time being, which is less than one that was revoked.
CREATE TABLE IF NOT EXISTS badge_blocks (
    event_id      uuid NOT NULL,
    badge_serial  integer NOT NULL,
    is_blocked    boolean NOT NULL,
    changed_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, badge_serial),
    CONSTRAINT badge_blocks_badge_known FOREIGN KEY (event_id, badge_serial) REFERENCES badges (event_id, serial)
);

-- Every scan at a gate, refused ones too. `id` is the device's own: a scan that is sent again is there already.
-- `result` is what the rules say, `is_admitted` whether the person was let through: offline the two may differ.
-- `device_at` is the device's clock, `scanned_at` the same corrected, `received_at` when it came here.
-- Append-only but for the annulment. No foreign keys: gates are busy, and the event's row is the crowd's.
CREATE TABLE IF NOT EXISTS gate_scans (
    event_id      uuid NOT NULL,
    id            uuid NOT NULL,
    device_id     uuid NOT NULL,
    gate          smallint NOT NULL,
    badge_serial  integer,
    code_digest   bytea NOT NULL,
    direction     text NOT NULL,
    result        text NOT NULL,
    is_admitted   boolean NOT NULL,
    is_offline    boolean NOT NULL,
    device_at     timestamptz NOT NULL,
    scanned_at    timestamptz NOT NULL,
    received_at   timestamptz NOT NULL,
    annulled_at   timestamptz,
    annulled_by   uuid,
    CONSTRAINT gate_scans_once PRIMARY KEY (event_id, id),
    CONSTRAINT gate_scans_digest_length CHECK (octet_length(code_digest) = 16),
    CONSTRAINT gate_scans_direction_known CHECK (direction IN ('entry', 'exit')),
    CONSTRAINT gate_scans_result_known CHECK (result IN ('ok', 'malformed', 'forged', 'unknown', 'expired', 'revoked',
        'blocked', 'bound_to_another', 'wrong_event', 'wrong_gate', 'wrong_category', 'outside_window', 'not_running',
        'already_inside', 'not_inside', 'device_revoked')),
    CONSTRAINT gate_scans_ok_is_admitted CHECK (result <> 'ok' OR is_admitted),
    CONSTRAINT gate_scans_refused_online CHECK (is_offline OR result = 'ok' OR NOT is_admitted),
    CONSTRAINT gate_scans_never_ahead CHECK (scanned_at <= received_at),
    CONSTRAINT gate_scans_annulled_by_somebody CHECK ((annulled_at IS NULL) = (annulled_by IS NULL))
);
CREATE INDEX IF NOT EXISTS gate_scans_by_arrival ON gate_scans (event_id, received_at, id);
CREATE INDEX IF NOT EXISTS gate_scans_by_badge ON gate_scans (event_id, badge_serial, scanned_at, id)
    WHERE is_admitted AND annulled_at IS NULL;

-- Who is inside: for each badge its last admitted scan that was not annulled. A badge whose only scan was annulled
-- keeps a row without one, so that devices hear of it.
CREATE TABLE IF NOT EXISTS presence (
    event_id      uuid NOT NULL,
    badge_serial  integer NOT NULL,
    is_inside     boolean NOT NULL,
    since         timestamptz NOT NULL,
    last_scan     uuid,
    changed_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, badge_serial),
    CONSTRAINT presence_inside_by_a_scan CHECK (last_scan IS NOT NULL OR NOT is_inside)
) WITH (fillfactor = 70);
