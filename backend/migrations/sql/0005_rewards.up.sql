-- 0005: rewards for points, their merchants and coupon codes, redemptions, vouchers and their verification.

-- Who hands rewards over. Changed by staff with a record.
CREATE TABLE IF NOT EXISTS merchants (
    id          uuid PRIMARY KEY,
    code        text NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    is_open     boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT merchants_code_unique UNIQUE (code)
);

-- A till or a phone that may verify vouchers of its merchant. The token itself is kept nowhere.
CREATE TABLE IF NOT EXISTS merchant_devices (
    id           uuid PRIMARY KEY,
    merchant_id  uuid NOT NULL REFERENCES merchants (id),
    name         text NOT NULL,
    token_hash   bytea NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    revoked_at   timestamptz,
    CONSTRAINT merchant_devices_token_unique UNIQUE (token_hash),
    CONSTRAINT merchant_devices_hash_length CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX IF NOT EXISTS merchant_devices_by_merchant ON merchant_devices (merchant_id);

-- What points can be spent on. `stock` is null where nothing can run out. A reward with codes hands out codes that
-- were imported or generated, and its stock is their number; without codes a voucher is made, which its merchant
-- verifies; a donation needs neither.
CREATE TABLE IF NOT EXISTS rewards (
    id              uuid PRIMARY KEY,
    slug            text NOT NULL,
    merchant_id     uuid REFERENCES merchants (id),
    kind            text NOT NULL,
    name_zh         text NOT NULL,
    name_en         text NOT NULL,
    about_zh        text NOT NULL,
    about_en        text NOT NULL,
    cost_points     integer NOT NULL,
    stock           integer,
    stock_left      integer,
    per_person_max  integer,
    opens_at        timestamptz,
    closes_at       timestamptz,
    voucher_days    integer NOT NULL DEFAULT 30,
    has_codes       boolean NOT NULL DEFAULT false,
    is_open         boolean NOT NULL DEFAULT false,
    revision        integer NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rewards_slug_unique UNIQUE (slug),
    CONSTRAINT rewards_kind_known CHECK (kind IN ('goods', 'coupon', 'ticket', 'donation')),
    CONSTRAINT rewards_cost_bounded CHECK (cost_points BETWEEN 1 AND 1000000),
    CONSTRAINT rewards_stock_left_not_negative CHECK (stock_left >= 0),
    CONSTRAINT rewards_stock_left_within CHECK ((stock IS NULL) = (stock_left IS NULL) AND stock_left <= stock),
    CONSTRAINT rewards_per_person_positive CHECK (per_person_max > 0),
    CONSTRAINT rewards_close_after_open CHECK (closes_at > opens_at),
    CONSTRAINT rewards_voucher_days_bounded CHECK (voucher_days BETWEEN 1 AND 730),
    CONSTRAINT rewards_somebody_hands_over CHECK (kind = 'donation' OR has_codes OR merchant_id IS NOT NULL),
    CONSTRAINT rewards_codes_are_counted CHECK (NOT has_codes OR (kind <> 'donation' AND stock IS NOT NULL))
) WITH (fillfactor = 50);

-- Coupon codes in the order in which they are handed out. The unique keys begin with neither event_id nor
-- citizen_id: the table grows with stock, not with people, and is to be distributed on reward_id.
CREATE TABLE IF NOT EXISTS reward_codes (
    reward_id      uuid NOT NULL,
    position       bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    code           text NOT NULL,
    redemption_id  uuid,
    PRIMARY KEY (reward_id, position),
    CONSTRAINT reward_codes_once UNIQUE (reward_id, code),
    CONSTRAINT reward_codes_one_per_redemption UNIQUE (reward_id, redemption_id),
    CONSTRAINT reward_codes_form CHECK (code ~ '^[!-~]{4,64}$')
) WITH (fillfactor = 90);
CREATE INDEX IF NOT EXISTS reward_codes_left ON reward_codes (reward_id, position) WHERE redemption_id IS NULL;

-- One piece of a reward for one citizen. Append-only; what became of it stands on its voucher.
CREATE TABLE IF NOT EXISTS redemptions (
    citizen_id    uuid NOT NULL,
    id            uuid NOT NULL,
    reward_id     uuid NOT NULL,
    points        integer NOT NULL,
    voucher_code  text,
    coupon_code   text,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT redemptions_points_positive CHECK (points > 0),
    CONSTRAINT redemptions_voucher_or_coupon CHECK (voucher_code IS NULL OR coupon_code IS NULL)
);
CREATE INDEX IF NOT EXISTS redemptions_by_reward ON redemptions (reward_id, id);

-- What a citizen shows and a merchant verifies, once. A code is found without knowing its citizen, so the unique key
-- of codes contains citizen_id without beginning with it; a code has 100 random bits.
CREATE TABLE IF NOT EXISTS vouchers (
    citizen_id     uuid NOT NULL,
    redemption_id  uuid NOT NULL,
    code           text NOT NULL,
    reward_id      uuid NOT NULL,
    merchant_id    uuid NOT NULL,
    state          text NOT NULL DEFAULT 'issued',
    expires_at     timestamptz NOT NULL,
    used_at        timestamptz,
    used_by        uuid,
    cancelled_at   timestamptz,
    created_at     timestamptz NOT NULL,
    CONSTRAINT vouchers_once_per_redemption PRIMARY KEY (citizen_id, redemption_id),
    CONSTRAINT vouchers_code_unique UNIQUE (code, citizen_id),
    CONSTRAINT vouchers_code_form CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$'),
    CONSTRAINT vouchers_state_known CHECK (state IN ('issued', 'used', 'cancelled', 'expired')),
    CONSTRAINT vouchers_used_by_somebody CHECK ((state = 'used') = (used_at IS NOT NULL)
        AND (state = 'used') = (used_by IS NOT NULL)),
    CONSTRAINT vouchers_cancelled_at_some_time CHECK ((state = 'cancelled') = (cancelled_at IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS vouchers_to_expire ON vouchers (expires_at) WHERE state = 'issued';
CREATE INDEX IF NOT EXISTS vouchers_by_reward ON vouchers (reward_id, state);

-- A device's verification of a voucher, under the device's own key, so that a repeat gets the first answer.
-- Append-only. Keyed by the device, which is the one who repeats: to be distributed on device_id.
CREATE TABLE IF NOT EXISTS verifications (
    device_id      uuid NOT NULL,
    key            text NOT NULL,
    code           text NOT NULL,
    citizen_id     uuid NOT NULL,
    redemption_id  uuid NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT verifications_once_per_key PRIMARY KEY (device_id, key),
    CONSTRAINT verifications_once_per_voucher UNIQUE (citizen_id, redemption_id),
    CONSTRAINT verifications_key_short CHECK (char_length(key) BETWEEN 1 AND 64)
);
