-- 0003: lots of points, what stands behind an action, what became of it, sums by month.

-- Where points go: spent on rewards, run out unspent.
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_kind_known;
ALTER TABLE accounts ADD CONSTRAINT accounts_kind_known
    CHECK (kind IN ('citizen', 'issuance', 'redemption', 'expiry')) NOT VALID;  -- replaced by 0046, which adds a row
INSERT INTO accounts (id, kind) VALUES
    ('00000000-0000-7000-8000-000000000002', 'redemption'),
    ('00000000-0000-7000-8000-000000000003', 'expiry')
ON CONFLICT (id) DO NOTHING;

-- Every transfer moves points of one lot: those that run out on one day. Earlier rows get the lot of the month
-- they were made in, which is where they were earned.
ALTER TABLE transfers ADD COLUMN IF NOT EXISTS expires_on date;
UPDATE transfers SET expires_on = (date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai')
    + interval '25 months')::date
WHERE expires_on IS NULL;
ALTER TABLE transfers ALTER COLUMN expires_on SET NOT NULL;
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_once_per_source;
ALTER TABLE transfers ADD CONSTRAINT transfers_once_per_source UNIQUE (citizen_id, source_id, reason, expires_on);
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_reason_known;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_known CHECK (reason IN
    ('action', 'event_join', 'quiz', 'redemption', 'cancellation', 'reversal', 'expiry'));
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_lot_begins_a_month;
ALTER TABLE transfers ADD CONSTRAINT transfers_lot_begins_a_month CHECK (extract(day FROM expires_on) = 1);

-- A citizen's redemptions, expiries and the like, found without reading every action's transfer. What a crowd writes
-- (actions, joins) stays out of it: the summary finds those in action_sums and attendances.
CREATE INDEX IF NOT EXISTS transfers_besides_actions ON transfers (citizen_id, created_at)
    WHERE reason NOT IN ('action', 'event_join');

-- What is left of a citizen's points that run out on `expires_on`: the first day on which they no longer count.
-- The lots of a citizen sum to the balance; a lot is the sum of its transfers. `tianfu audit` looks.
CREATE TABLE IF NOT EXISTS lots (
    citizen_id  uuid NOT NULL,
    expires_on  date NOT NULL,
    points      bigint NOT NULL,
    PRIMARY KEY (citizen_id, expires_on),
    CONSTRAINT lots_points_not_negative CHECK (points >= 0)
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS lots_by_expiry ON lots (expires_on, citizen_id) WHERE points > 0;
INSERT INTO lots (citizen_id, expires_on, points)
SELECT citizen_id, expires_on, sum(CASE WHEN credit_account = citizen_id THEN points ELSE -points END)
FROM transfers GROUP BY citizen_id, expires_on
ON CONFLICT (citizen_id, expires_on) DO NOTHING;

-- Where an action was done and how long it took; what was taken off it besides a cap, rule by rule.
ALTER TABLE actions ADD COLUMN IF NOT EXISTS ended_at timestamptz;
ALTER TABLE actions ADD COLUMN IF NOT EXISTS scene_id uuid;
ALTER TABLE actions ADD COLUMN IF NOT EXISTS scene_kind text;
ALTER TABLE actions ADD COLUMN IF NOT EXISTS partner_id uuid;
ALTER TABLE actions ADD COLUMN IF NOT EXISTS point_rule text NOT NULL DEFAULT 'points-2026.1';
ALTER TABLE actions ADD COLUMN IF NOT EXISTS reductions jsonb;
ALTER TABLE actions DROP CONSTRAINT IF EXISTS actions_end_after_start;
ALTER TABLE actions ADD CONSTRAINT actions_end_after_start CHECK (ended_at > occurred_at);
-- A whole-user guard looks at a day over all methods, a cap at one method over its period: one index serves both.
CREATE INDEX IF NOT EXISTS actions_by_day ON actions (citizen_id, day, method);
DROP INDEX IF EXISTS actions_by_method_and_day;

-- A citizen's actions by month (of the day on which they were done), so that five thousand of them cost a page of
-- rows. `is_verified`: with evidence E1–E4. Reversed actions are taken off again.
CREATE TABLE IF NOT EXISTS action_sums (
    citizen_id   uuid NOT NULL,
    month        date NOT NULL,
    method       text NOT NULL,
    is_verified  boolean NOT NULL,
    actions      bigint NOT NULL,
    reduction_g  bigint NOT NULL,
    points       bigint NOT NULL,
    PRIMARY KEY (citizen_id, month, method, is_verified),
    CONSTRAINT action_sums_month_begins CHECK (extract(day FROM month) = 1)
) WITH (fillfactor = 70);
INSERT INTO action_sums (citizen_id, month, method, is_verified, actions, reduction_g, points)
SELECT citizen_id, date_trunc('month', day)::date, method, tier <> 'E5', count(*), sum(reduction_g), sum(points)
FROM actions GROUP BY 1, 2, 3, 4
ON CONFLICT (citizen_id, month, method, is_verified) DO NOTHING;

-- An action that was taken back, with its points. `points_short` had been spent and were let go. Append-only.
CREATE TABLE IF NOT EXISTS reversals (
    citizen_id    uuid NOT NULL,
    action_id     uuid NOT NULL,
    id            uuid NOT NULL,
    points        bigint NOT NULL,
    points_short  bigint NOT NULL,
    reason        text NOT NULL,
    actor         text NOT NULL,
    created_at    timestamptz NOT NULL,
    CONSTRAINT reversals_once_per_action PRIMARY KEY (citizen_id, action_id),
    CONSTRAINT reversals_points_not_negative CHECK (points >= 0 AND points_short >= 0),
    CONSTRAINT reversals_reason_told CHECK (char_length(reason) BETWEEN 1 AND 400)
);

-- What a citizen's reduction was given to: an event or a cause. The public total stands on the row.
CREATE TABLE IF NOT EXISTS causes (
    id           uuid PRIMARY KEY,
    slug         text NOT NULL,
    event_id     uuid,
    name_zh      text NOT NULL,
    name_en      text NOT NULL,
    about_zh     text NOT NULL,
    about_en     text NOT NULL,
    is_open      boolean NOT NULL DEFAULT true,
    donated_g    bigint NOT NULL DEFAULT 0,
    donations    bigint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT causes_slug_unique UNIQUE (slug),
    CONSTRAINT causes_sums_not_negative CHECK (donated_g >= 0 AND donations >= 0)
) WITH (fillfactor = 70);

-- What became of a reduction: one row at most, so the way out of `personal` is taken once. Append-only.
CREATE TABLE IF NOT EXISTS claims (
    citizen_id   uuid NOT NULL,
    action_id    uuid NOT NULL,
    claim_state  text NOT NULL,
    grams        bigint NOT NULL,
    source_id    uuid NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT claims_once_per_action PRIMARY KEY (citizen_id, action_id),
    CONSTRAINT claims_state_known CHECK (claim_state IN ('donated', 'aggregated', 'cancelled')),
    CONSTRAINT claims_grams_positive CHECK (grams > 0)
);

-- One giving of reductions to a cause: grams of the actions that its claims name. Append-only.
CREATE TABLE IF NOT EXISTS donations (
    citizen_id  uuid NOT NULL,
    id          uuid NOT NULL,
    cause_id    uuid NOT NULL,
    grams       bigint NOT NULL,
    actions     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT donations_grams_positive CHECK (grams > 0 AND actions > 0)
);
CREATE INDEX IF NOT EXISTS donations_by_cause ON donations (cause_id, created_at);

-- An action that waits for a person: told with a photo, or suspicious. Once approved it is booked at its own day
-- under its own id; `booked_at` says that the ledger has it.
CREATE TABLE IF NOT EXISTS reviews (
    citizen_id   uuid NOT NULL,
    id           uuid NOT NULL,
    why          text NOT NULL,
    state        text NOT NULL DEFAULT 'pending',
    method       text NOT NULL,
    quantity     numeric(14, 3),
    parameters   jsonb,
    tier         text NOT NULL,
    occurred_at  timestamptz NOT NULL,
    ended_at     timestamptz,
    day          date NOT NULL,
    scene_id     uuid,
    scene_kind   text,
    partner_id   uuid,
    event_id     uuid,
    gate         smallint,
    evidence     jsonb,
    expected_by  timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    decided_at   timestamptz,
    decided_by   uuid,
    reason       text,
    booked_at    timestamptz,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT reviews_state_known CHECK (state IN ('pending', 'approved', 'rejected')),
    CONSTRAINT reviews_why_known CHECK (why IN ('photo', 'speed', 'device', 'partner')),
    CONSTRAINT reviews_decided_by_somebody CHECK ((state = 'pending') = (decided_at IS NULL)
        AND (state = 'pending') = (decided_by IS NULL)),
    CONSTRAINT reviews_rejected_with_reason CHECK (state <> 'rejected' OR reason IS NOT NULL),
    CONSTRAINT reviews_booked_when_approved CHECK (booked_at IS NULL OR state = 'approved')
);
CREATE INDEX IF NOT EXISTS reviews_waiting ON reviews (created_at, id) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS reviews_to_book ON reviews (decided_at) WHERE state = 'approved' AND booked_at IS NULL;

-- Certified places (restaurant, hotel, scenic area, shop) with their sign's code. Changed by staff with a record.
CREATE TABLE IF NOT EXISTS scenes (
    id          uuid PRIMARY KEY,
    code        text NOT NULL,
    kind        text NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    district    text NOT NULL,
    address     text,
    stars       smallint,
    grade       text,
    lat         double precision,
    lon         double precision,
    is_open     boolean NOT NULL DEFAULT true,
    revision    integer NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT scenes_code_unique UNIQUE (code),
    CONSTRAINT scenes_code_form CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{5}$'),
    CONSTRAINT scenes_kind_known CHECK (kind IN ('restaurant', 'hotel', 'scenic_area', 'shop')),
    CONSTRAINT scenes_stars_bounded CHECK (stars BETWEEN 1 AND 5),
    CONSTRAINT scenes_grade_known CHECK (grade IN ('A', 'B', 'C')),
    CONSTRAINT scenes_place_whole CHECK ((lat IS NULL) = (lon IS NULL) AND lat BETWEEN -90 AND 90
        AND lon BETWEEN -180 AND 180)
);

-- What a partner reported, exactly once by its own id. Append-only; the ledger writes it with the action.
-- The only key here that begins with neither event_id nor citizen_id: an id must not be credited to two citizens,
-- so the table is to be distributed on partner_id.
CREATE TABLE IF NOT EXISTS partner_items (
    partner_id   uuid NOT NULL,
    external_id  text NOT NULL,
    digest       bytea NOT NULL,
    citizen_id   uuid NOT NULL,
    status       smallint NOT NULL,
    answer       bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT partner_items_once PRIMARY KEY (partner_id, external_id),
    CONSTRAINT partner_items_external_id_short CHECK (char_length(external_id) BETWEEN 1 AND 64)
);
