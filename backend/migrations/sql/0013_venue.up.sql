-- 0013: at the venue: screens, posters with their windows, citizens' passes, companions.

-- A screen is opened by a link that works once: it gives the machine behind the screen a token that may read the
-- codes of one gate and nothing else. Of both only the SHA-256 is kept.
CREATE TABLE IF NOT EXISTS screens (
    id              uuid PRIMARY KEY,
    event_id        uuid NOT NULL REFERENCES events (id),
    gate            smallint NOT NULL,
    key_hash        bytea NOT NULL,
    key_expires_at  timestamptz NOT NULL,
    token_hash      bytea,
    opened_at       timestamptz,
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,
    created_by      uuid NOT NULL REFERENCES staff (id),
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT screens_gate_known FOREIGN KEY (event_id, gate) REFERENCES gates (event_id, gate),
    CONSTRAINT screens_key_unique UNIQUE (key_hash),
    CONSTRAINT screens_token_unique UNIQUE (token_hash),
    CONSTRAINT screens_hash_length
        CHECK (octet_length(key_hash) = 32 AND (token_hash IS NULL OR octet_length(token_hash) = 32)),
    CONSTRAINT screens_opened_with_token CHECK ((token_hash IS NULL) = (opened_at IS NULL))
);
CREATE INDEX IF NOT EXISTS screens_by_event ON screens (event_id, id DESC);

CREATE TABLE IF NOT EXISTS posters (
    event_id    uuid NOT NULL REFERENCES events (id),
    number      integer NOT NULL,
    gate        smallint NOT NULL,
    name        text NOT NULL,
    created_by  uuid NOT NULL REFERENCES staff (id),
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT posters_number_once PRIMARY KEY (event_id, number),
    CONSTRAINT posters_gate_known FOREIGN KEY (event_id, gate) REFERENCES gates (event_id, gate),
    CONSTRAINT posters_number_bounded CHECK (number BETWEEN 1 AND 9999),
    CONSTRAINT posters_name_short CHECK (char_length(name) BETWEEN 1 AND 80)
);

-- When a poster's code is good. What was opened is never rewritten; it may be closed early, once.
CREATE TABLE IF NOT EXISTS poster_windows (
    id          uuid PRIMARY KEY,
    event_id    uuid NOT NULL,
    poster      integer NOT NULL,
    opens_at    timestamptz NOT NULL,
    closes_at   timestamptz NOT NULL,
    opened_by   uuid NOT NULL REFERENCES staff (id),
    created_at  timestamptz NOT NULL DEFAULT now(),
    closed_at   timestamptz,
    closed_by   uuid REFERENCES staff (id),
    CONSTRAINT poster_windows_poster_known FOREIGN KEY (event_id, poster) REFERENCES posters (event_id, number),
    CONSTRAINT poster_windows_end_after_start CHECK (closes_at > opens_at),
    CONSTRAINT poster_windows_bounded CHECK (closes_at <= opens_at + interval '24 hours'),
    CONSTRAINT poster_windows_closed_by_somebody CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE INDEX IF NOT EXISTS poster_windows_by_event ON poster_windows (event_id, closes_at);

-- A citizen's number at an event, which is what a pass shows instead of an id. No foreign keys: a crowd that opens
-- its passes would otherwise share a lock on the event's row.
CREATE TABLE IF NOT EXISTS passes (
    event_id    uuid NOT NULL,
    number      integer NOT NULL,
    citizen_id  uuid NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT passes_number_once PRIMARY KEY (event_id, number),
    CONSTRAINT passes_once_per_citizen UNIQUE (event_id, citizen_id),
    CONSTRAINT passes_number_bounded CHECK (number BETWEEN 1 AND 1679615)
);
CREATE INDEX IF NOT EXISTS passes_by_citizen ON passes (citizen_id);

-- Who was scanned in by somebody else's phone: a citizen without a way to sign in, and whose guardian they are.
CREATE TABLE IF NOT EXISTS companions (
    event_id      uuid NOT NULL,
    badge_serial  integer NOT NULL,
    companion_id  uuid NOT NULL,
    guardian_id   uuid NOT NULL,
    kind          text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT companions_once_per_badge PRIMARY KEY (event_id, badge_serial),
    CONSTRAINT companions_once_per_person UNIQUE (event_id, companion_id),
    CONSTRAINT companions_badge_known
        FOREIGN KEY (event_id, badge_serial) REFERENCES badges (event_id, serial),
    CONSTRAINT companions_of_somebody_else CHECK (companion_id <> guardian_id),
    CONSTRAINT companions_kind_known CHECK (kind IN ('child', 'elder', 'other'))
);
CREATE INDEX IF NOT EXISTS companions_by_guardian ON companions (guardian_id, event_id);
