-- 0002: credits, events, attendance, offsets, actions, the points ledger.
-- Every unique key of a table that grows with people begins with event_id or citizen_id, so the tables
-- can be distributed on them without a rewrite. A constraint is named <table>_<what must hold>, and the
-- program knows its refusals by these names.
--
-- Tables written on the peak (attendances, offsets, allocations, transfers, actions) have no foreign keys:
-- each would lock the row it points at, and those are the rows a whole crowd shares (the event, the
-- footprint, the batch, the issuing account). Their one writer is backend/ledger, and `tianfu audit`
-- looks for a row that points nowhere. See docs/decisions/0004-no-foreign-keys-at-the-peak.md.

-- A batch of credits already retired in its registry. Its serials count grams: 1 … quantity_t × 1 000 000.
CREATE TABLE IF NOT EXISTS credit_batches (
    id              uuid PRIMARY KEY,
    product         text NOT NULL,
    project_name    text NOT NULL,
    vintage         smallint NOT NULL,
    quantity_t      bigint NOT NULL,
    assigned_g      bigint NOT NULL DEFAULT 0,
    retirement_ref  text NOT NULL,
    retired_on      date NOT NULL,
    price_per_t     numeric(12, 2),
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT credit_batches_product_known CHECK (product IN
        ('cea', 'ccer', 'cdcer', 'forest_grass_sink', 'provincial', 'vcu', 'gs_ver', 'cer')),
    CONSTRAINT credit_batches_quantity_whole CHECK (quantity_t BETWEEN 1 AND 10000000),
    CONSTRAINT credit_batches_assigned_within CHECK (assigned_g BETWEEN 0 AND quantity_t * 1000000),
    CONSTRAINT credit_batches_price_positive CHECK (price_per_t >= 0),
    CONSTRAINT credit_batches_retired_once UNIQUE (product, retirement_ref, project_name, vintage)
);

CREATE TABLE IF NOT EXISTS events (
    id           uuid PRIMARY KEY,
    code         text NOT NULL,
    slug         text NOT NULL,
    name_zh      text NOT NULL,
    name_en      text NOT NULL,
    kind         text NOT NULL,
    city         text NOT NULL,
    starts_at    timestamptz NOT NULL,
    ends_at      timestamptz NOT NULL,
    boundary     text NOT NULL,
    state        text NOT NULL DEFAULT 'draft',
    factor_set   text NOT NULL,
    profile      jsonb NOT NULL,
    join_points  integer NOT NULL,
    revision     integer NOT NULL DEFAULT 1,
    created_by   uuid NOT NULL REFERENCES staff (id),
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT events_slug_unique UNIQUE (slug),
    CONSTRAINT events_code_unique UNIQUE (code),
    CONSTRAINT events_code_form CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{5}$'),
    CONSTRAINT events_kind_known CHECK (kind IN
        ('competition', 'conference', 'forum', 'exhibition', 'tourism', 'production', 'operation')),
    CONSTRAINT events_boundary_known CHECK (boundary IN ('core', 'extended')),
    CONSTRAINT events_state_known CHECK (state IN ('draft', 'submitted', 'accepted', 'rejected', 'running',
        'accounting', 'offset', 'evaluated', 'closed')),
    CONSTRAINT events_end_after_start CHECK (ends_at > starts_at),
    CONSTRAINT events_join_points_bounded CHECK (join_points BETWEEN 0 AND 1000)
);

CREATE TABLE IF NOT EXISTS gates (
    event_id  uuid NOT NULL REFERENCES events (id),
    gate      smallint NOT NULL,
    name_zh   text NOT NULL,
    name_en   text NOT NULL,
    PRIMARY KEY (event_id, gate),
    CONSTRAINT gates_number_bounded CHECK (gate BETWEEN 1 AND 999)
);

CREATE TABLE IF NOT EXISTS badges (
    event_id    uuid NOT NULL REFERENCES events (id),
    serial      integer NOT NULL,
    category    text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz,
    PRIMARY KEY (event_id, serial),
    CONSTRAINT badges_serial_positive CHECK (serial > 0),
    CONSTRAINT badges_category_known CHECK (category IN ('local', 'province', 'national', 'international'))
);

-- The part of a batch that an event may allocate: serials serial_from … serial_to, taken from the front.
CREATE TABLE IF NOT EXISTS pools (
    event_id     uuid NOT NULL REFERENCES events (id),
    position     integer NOT NULL,
    batch_id     uuid NOT NULL REFERENCES credit_batches (id),
    serial_from  bigint NOT NULL,
    serial_to    bigint NOT NULL,
    next_serial  bigint NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, position),
    CONSTRAINT pools_range_not_empty CHECK (serial_from >= 1 AND serial_to >= serial_from),
    CONSTRAINT pools_never_overdrawn CHECK (next_serial BETWEEN serial_from AND serial_to + 1),
    CONSTRAINT pools_ranges_apart EXCLUDE USING gist
        (int8range(hashtextextended(batch_id::text, 0), hashtextextended(batch_id::text, 0), '[]') WITH &&,
         int8range(serial_from, serial_to, '[]') WITH &&)
);

-- What a footprint was computed from and came to. Content-addressed: a crowd on the default profile
-- shares one row. Append-only.
CREATE TABLE IF NOT EXISTS footprints (
    event_id    uuid NOT NULL REFERENCES events (id),
    digest      bytea NOT NULL,
    total_g     bigint NOT NULL,
    basis       text NOT NULL,
    factor_set  text NOT NULL,
    journey     jsonb,
    body        bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, digest),
    CONSTRAINT footprints_total_positive CHECK (total_g >= 0),
    CONSTRAINT footprints_basis_known CHECK (basis IN ('default', 'partial', 'declared'))
);

-- One row per person at an event. Append-only.
CREATE TABLE IF NOT EXISTS attendances (
    event_id          uuid NOT NULL,
    citizen_id        uuid NOT NULL,
    id                uuid NOT NULL,
    badge_serial      integer,
    gate              smallint,
    footprint_digest  bytea NOT NULL,
    offset_status     text NOT NULL,
    points            integer NOT NULL,
    joined_at         timestamptz NOT NULL,
    CONSTRAINT attendances_once_per_citizen PRIMARY KEY (event_id, citizen_id),
    CONSTRAINT attendances_once_per_badge UNIQUE (event_id, badge_serial),
    CONSTRAINT attendances_offset_status_known CHECK (offset_status IN ('allocated', 'pool_exhausted', 'none')),
    CONSTRAINT attendances_points_not_negative CHECK (points >= 0)
);

-- One row per person's offset, which is what a certificate shows. Append-only.
CREATE TABLE IF NOT EXISTS offsets (
    event_id            uuid NOT NULL,
    citizen_id          uuid NOT NULL,
    id                  uuid NOT NULL,
    footprint_digest    bytea NOT NULL,
    grams               bigint NOT NULL,
    kind                text NOT NULL,
    pay_with            text NOT NULL,
    certificate_number  text NOT NULL,
    issued_at           timestamptz NOT NULL,
    CONSTRAINT offsets_once_per_attendance PRIMARY KEY (event_id, citizen_id),
    CONSTRAINT offsets_certificate_number_unique UNIQUE (event_id, certificate_number),
    CONSTRAINT offsets_grams_positive CHECK (grams > 0),
    CONSTRAINT offsets_kind_known CHECK (kind IN ('full', 'partial')),
    CONSTRAINT offsets_pay_with_known CHECK (pay_with IN ('sponsor', 'points'))
);

-- Grams of retired batches given to people: contiguous serials of one pool row. Append-only.
CREATE TABLE IF NOT EXISTS allocations (
    event_id     uuid NOT NULL,
    batch_id     uuid NOT NULL,
    serial_from  bigint NOT NULL,
    serial_to    bigint NOT NULL,
    grams        bigint NOT NULL,
    offset_id    uuid NOT NULL,
    position     smallint NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT allocations_serial_once PRIMARY KEY (event_id, batch_id, serial_from),
    CONSTRAINT allocations_position_once UNIQUE (event_id, offset_id, position),
    CONSTRAINT allocations_grams_positive CHECK (grams > 0),
    CONSTRAINT allocations_grams_are_serials CHECK (serial_to - serial_from + 1 = grams)
);

-- The points ledger's accounts. A citizen's account has the citizen's id.
CREATE TABLE IF NOT EXISTS accounts (
    id       uuid PRIMARY KEY,
    kind     text NOT NULL,
    balance  bigint NOT NULL DEFAULT 0,
    CONSTRAINT accounts_kind_known CHECK (kind IN ('citizen', 'issuance')),
    CONSTRAINT accounts_citizen_not_negative CHECK (kind <> 'citizen' OR balance >= 0)
) WITH (fillfactor = 70);

-- Points paid for issued points stand against this account: its balance is minus all that people hold.
INSERT INTO accounts (id, kind) VALUES ('00000000-0000-7000-8000-000000000001', 'issuance')
ON CONFLICT (id) DO NOTHING;

-- Double entry on one row: the debit account gives, the credit account gets. Append-only.
CREATE TABLE IF NOT EXISTS transfers (
    citizen_id      uuid NOT NULL,
    id              uuid NOT NULL,
    debit_account   uuid NOT NULL,
    credit_account  uuid NOT NULL,
    points          bigint NOT NULL,
    reason          text NOT NULL,
    source_id       uuid NOT NULL,
    balance_after   bigint NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT transfers_once_per_source UNIQUE (citizen_id, source_id, reason),
    CONSTRAINT transfers_points_positive CHECK (points > 0),
    CONSTRAINT transfers_two_accounts CHECK (debit_account <> credit_account),
    CONSTRAINT transfers_balance_after_not_negative CHECK (balance_after >= 0),
    CONSTRAINT transfers_reason_known CHECK (reason IN ('action', 'event_join'))
);

-- Low-carbon actions. The inputs and the versions are kept, so that the explanation can be made again.
CREATE TABLE IF NOT EXISTS actions (
    citizen_id         uuid NOT NULL,
    id                 uuid NOT NULL,
    method             text NOT NULL,
    method_version     text NOT NULL,
    factor_set         text NOT NULL,
    quantity           numeric(14, 3),
    credited_quantity  numeric(14, 3) NOT NULL,
    parameters         jsonb,
    tier               text NOT NULL,
    occurred_at        timestamptz NOT NULL,
    day                date NOT NULL,
    reduction_g        bigint NOT NULL,
    points             integer NOT NULL,
    state              text NOT NULL,
    capped_by          text,
    claim_state        text NOT NULL DEFAULT 'personal',
    event_id           uuid,
    gate               smallint,
    created_at         timestamptz NOT NULL,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT actions_quantity_not_negative CHECK (quantity >= 0 AND credited_quantity >= 0),
    CONSTRAINT actions_tier_known CHECK (tier IN ('E1', 'E2', 'E3', 'E4', 'E5')),
    CONSTRAINT actions_reduction_not_negative CHECK (reduction_g >= 0),
    CONSTRAINT actions_points_not_negative CHECK (points >= 0),
    CONSTRAINT actions_state_known CHECK (state IN ('posted', 'capped')),
    CONSTRAINT actions_capped_earns_nothing CHECK (state <> 'capped' OR (points = 0 AND capped_by IS NOT NULL)),
    CONSTRAINT actions_claim_state_known CHECK (claim_state IN ('personal', 'donated', 'aggregated', 'cancelled'))
);
CREATE INDEX IF NOT EXISTS actions_by_method_and_day ON actions (citizen_id, method, day);

-- The first answer to a key, kept for its repeats. Rows older than eight days may be removed.
CREATE TABLE IF NOT EXISTS idempotency_keys (
    citizen_id      uuid NOT NULL,
    key             text NOT NULL,
    request_digest  bytea NOT NULL,
    status          smallint NOT NULL,
    answer          bytea NOT NULL,
    created_at      timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_once_per_citizen PRIMARY KEY (citizen_id, key),
    CONSTRAINT idempotency_keys_key_short CHECK (char_length(key) <= 64)
);

CREATE INDEX IF NOT EXISTS idempotency_keys_by_age ON idempotency_keys USING brin (created_at);

-- What staff see live: one cell per event, gate and minute. `revision` counts a cell's changes, so that a
-- copy elsewhere can tell an old picture from a new one.
CREATE TABLE IF NOT EXISTS tallies (
    event_id     uuid NOT NULL REFERENCES events (id),
    gate         smallint NOT NULL,
    minute       timestamptz NOT NULL,
    joined       bigint NOT NULL,
    footprints   bigint NOT NULL,
    footprint_g  bigint NOT NULL,
    offsets      bigint NOT NULL,
    grams        bigint NOT NULL,
    actions      bigint NOT NULL,
    points       bigint NOT NULL,
    revision     bigint NOT NULL,
    PRIMARY KEY (event_id, gate, minute)
) WITH (fillfactor = 50);

-- A citizen's own pages look across events.
CREATE INDEX IF NOT EXISTS attendances_by_citizen ON attendances (citizen_id);
