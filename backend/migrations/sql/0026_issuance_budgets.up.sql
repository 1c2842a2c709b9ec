-- 0026: points are issued against budgets of sponsors; free earnings wait until an account has one proven act.
-- Works with the code that is running; may be run twice (IF NOT EXISTS, CREATE OR REPLACE); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- What a sponsor pays for. `issued_points` grows and shrinks with the transfers that name the budget and with what
-- waits for a first proven act; it is written by the last statement of a batch, and the check stands behind it.
CREATE TABLE IF NOT EXISTS issuance_budgets (
    id              uuid PRIMARY KEY,
    sponsor         text NOT NULL,
    partner_id      uuid,
    event_id        uuid,
    name_zh         text NOT NULL,
    name_en         text NOT NULL,
    total_points    bigint NOT NULL,
    issued_points   bigint NOT NULL DEFAULT 0,
    yuan_per_point  numeric(10, 4),
    opened_by       uuid,
    opened_at       timestamptz NOT NULL,
    closed_at       timestamptz,
    CONSTRAINT issuance_budgets_sponsor_known CHECK (sponsor IN ('city', 'partner', 'event')),
    CONSTRAINT issuance_budgets_sponsor_named CHECK (
        (sponsor = 'partner') = (partner_id IS NOT NULL) AND (sponsor = 'event') = (event_id IS NOT NULL)),
    CONSTRAINT issuance_budgets_total_bounded CHECK (total_points BETWEEN 0 AND 1000000000000000),
    CONSTRAINT issuance_budgets_issued_not_negative CHECK (issued_points >= 0),
    CONSTRAINT issuance_budgets_issued_within CHECK (issued_points <= total_points),
    CONSTRAINT issuance_budgets_cost_positive CHECK (yuan_per_point > 0),
    CONSTRAINT issuance_budgets_closed_after_opened CHECK (closed_at >= opened_at),
    -- A sponsor has one open budget at a time: which one pays is never a question.
    CONSTRAINT issuance_budgets_one_open EXCLUDE (
        sponsor WITH =, (coalesce(partner_id, event_id, '00000000-0000-0000-0000-000000000000'::uuid)) WITH =
    ) WHERE (closed_at IS NULL)
);

-- What staff did to a budget, in order; the first is its opening.
CREATE TABLE IF NOT EXISTS issuance_budget_changes (
    budget_id      uuid NOT NULL,
    sequence       integer NOT NULL,
    kind           text NOT NULL,
    points_before  bigint NOT NULL,
    points_after   bigint NOT NULL,
    actor          uuid,
    reason         text NOT NULL,
    at             timestamptz NOT NULL,
    PRIMARY KEY (budget_id, sequence),
    CONSTRAINT issuance_budget_changes_kind_known CHECK (kind IN ('open', 'raise', 'lower', 'close')),
    CONSTRAINT issuance_budget_changes_kind_true CHECK (CASE kind
        WHEN 'lower' THEN points_after < points_before
        WHEN 'close' THEN points_after <= points_before
        ELSE points_after > points_before END),
    CONSTRAINT issuance_budget_changes_points_not_negative CHECK (points_before >= 0 AND points_after >= 0),
    CONSTRAINT issuance_budget_changes_reason_said CHECK (length(reason) BETWEEN 1 AND 400)
);

-- What had been issued at the end of a day, as far as it is known: rates come from these.
CREATE TABLE IF NOT EXISTS issuance_budget_days (
    budget_id      uuid NOT NULL,
    day            date NOT NULL,
    issued_points  bigint NOT NULL,
    PRIMARY KEY (budget_id, day),
    CONSTRAINT issuance_budget_days_issued_not_negative CHECK (issued_points >= 0)
);

-- Which budget issued a transfer's points, or had them returned; NULL where no points are issued. The default is for
-- servers of the version before, which may run until they are replaced: it is the budget "before budgets".
ALTER TABLE transfers ADD COLUMN IF NOT EXISTS budget_id uuid DEFAULT '00000000-0000-7000-8000-000000000026';
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_issued_by_a_budget;
ALTER TABLE transfers ADD CONSTRAINT transfers_issued_by_a_budget
    CHECK (debit_account <> '00000000-0000-7000-8000-000000000001' OR budget_id IS NOT NULL);
INSERT INTO issuance_budgets (id, sponsor, name_zh, name_en, total_points, issued_points, opened_at, closed_at)
SELECT '00000000-0000-7000-8000-000000000026', 'city', '预算制度之前', 'Before budgets', told.points, told.points,
       clock_timestamp(), clock_timestamp()
FROM (
    SELECT sum(CASE WHEN debit_account = '00000000-0000-7000-8000-000000000001' THEN points ELSE -points END)::bigint
           AS points
    FROM transfers
    WHERE debit_account = '00000000-0000-7000-8000-000000000001'
       OR credit_account = '00000000-0000-7000-8000-000000000001'
) AS told
WHERE told.points IS NOT NULL
ON CONFLICT (id) DO NOTHING;

-- Whether an account has one proven act. Accounts that were there before this rule count as proven.
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS is_proven boolean NOT NULL DEFAULT true;
ALTER TABLE accounts ALTER COLUMN is_proven SET DEFAULT false;

-- Points that wait for a first proven act: reserved in their budget, in nobody's balance.
CREATE TABLE IF NOT EXISTS pending_points (
    citizen_id  uuid NOT NULL,
    source_id   uuid NOT NULL,
    reason      text NOT NULL,
    points      bigint NOT NULL,
    budget_id   uuid NOT NULL,
    day         date NOT NULL,
    lapses_on   date NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT pending_points_once_per_source PRIMARY KEY (citizen_id, source_id, reason),
    CONSTRAINT pending_points_positive CHECK (points > 0),
    CONSTRAINT pending_points_reason_known CHECK (reason IN ('action', 'event_join', 'quiz')),
    CONSTRAINT pending_points_lapse_later CHECK (lapses_on > day)
);
CREATE INDEX IF NOT EXISTS pending_points_by_lapse ON pending_points (lapses_on);

CREATE TABLE IF NOT EXISTS pending_point_ends (
    citizen_id  uuid NOT NULL,
    source_id   uuid NOT NULL,
    reason      text NOT NULL,
    why         text NOT NULL,
    ended_at    timestamptz NOT NULL,
    CONSTRAINT pending_point_ends_once PRIMARY KEY (citizen_id, source_id, reason),
    CONSTRAINT pending_point_ends_why_known CHECK (why IN ('released', 'lapsed', 'reversed'))
);

-- More that a person looks at: the same quantity again and again, and crowds of fresh accounts.
ALTER TABLE reviews DROP CONSTRAINT IF EXISTS reviews_why_known;
ALTER TABLE reviews ADD CONSTRAINT reviews_why_known
    CHECK (why IN ('photo', 'speed', 'device', 'partner', 'no_device', 'same_quantity', 'fresh_accounts'));
