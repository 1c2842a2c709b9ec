-- 0006: consents, profiles, teams and who is in them, medals.

-- What a citizen agreed to and took back. Append-only: of a scope's rows the one with the highest revision decides,
-- and the others say what held before.
CREATE TABLE IF NOT EXISTS consents (
    citizen_id      uuid NOT NULL,
    scope           text NOT NULL,
    revision        integer NOT NULL,
    is_granted      boolean NOT NULL,
    policy_version  text NOT NULL,
    decided_at      timestamptz NOT NULL,
    CONSTRAINT consents_one_after_another PRIMARY KEY (citizen_id, scope, revision),
    CONSTRAINT consents_revision_positive CHECK (revision >= 1),
    CONSTRAINT consents_scope_form CHECK (scope ~ '^[a-z_]{1,40}$')
);
-- Leaderboards are made from those who agreed to be on them, some thousand citizens at a time.
CREATE INDEX IF NOT EXISTS consents_to_leaderboards ON consents (citizen_id, revision DESC) INCLUDE (is_granted)
    WHERE scope = 'leaderboard';

-- What a citizen says of themselves besides a nickname. Destroyed with what else identifies them.
CREATE TABLE IF NOT EXISTS profiles (
    citizen_id  uuid PRIMARY KEY,
    district    text,
    shows_name  boolean NOT NULL DEFAULT true,
    changed_at  timestamptz NOT NULL,
    CONSTRAINT profiles_district_form CHECK (district ~ '^[a-z]{1,40}$')
);

-- `code` lets people in, so only the owner sees it. `members` counts those who are in now.
CREATE TABLE IF NOT EXISTS teams (
    id          uuid PRIMARY KEY,
    code        text NOT NULL,
    kind        text NOT NULL,
    name        text NOT NULL,
    district    text,
    owner_id    uuid NOT NULL,
    members     integer NOT NULL DEFAULT 0,
    is_open     boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT teams_code_unique UNIQUE (code),
    CONSTRAINT teams_code_form CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$'),
    CONSTRAINT teams_kind_known CHECK (kind IN ('company', 'school', 'community')),
    CONSTRAINT teams_name_short CHECK (char_length(name) BETWEEN 2 AND 40),
    CONSTRAINT teams_district_form CHECK (district ~ '^[a-z]{1,40}$'),
    CONSTRAINT teams_members_bounded CHECK (members BETWEEN 0 AND 10000)
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS teams_by_owner ON teams (owner_id);

-- From joined_at to left_at a citizen's actions count for the team. A citizen is in one team of each kind at a time.
CREATE TABLE IF NOT EXISTS team_members (
    citizen_id  uuid NOT NULL,
    team_id     uuid NOT NULL,
    joined_at   timestamptz NOT NULL,
    kind        text NOT NULL,
    left_at     timestamptz,
    PRIMARY KEY (citizen_id, team_id, joined_at),
    CONSTRAINT team_members_leave_after_joining CHECK (left_at >= joined_at),
    CONSTRAINT team_members_kind_known CHECK (kind IN ('company', 'school', 'community')),
    CONSTRAINT team_members_one_of_a_kind EXCLUDE USING btree (citizen_id WITH =, kind WITH =)
        WHERE (left_at IS NULL)
);
CREATE INDEX IF NOT EXISTS team_members_by_team ON team_members (team_id, joined_at);

-- A team's days, summed up from its members' actions now and then; `reduction_g` with evidence E1–E4. Can be made
-- again from actions at any time. Distributed, if ever, on team_id: a team's members live everywhere.
CREATE TABLE IF NOT EXISTS team_days (
    team_id      uuid NOT NULL,
    day          date NOT NULL,
    actions      bigint NOT NULL,
    reduction_g  bigint NOT NULL,
    points       bigint NOT NULL,
    PRIMARY KEY (team_id, day),
    CONSTRAINT team_days_sums_not_negative CHECK (actions >= 0 AND reduction_g >= 0 AND points >= 0)
) WITH (fillfactor = 70);

-- A medal, once earned, stays; it is worth no points. Append-only.
CREATE TABLE IF NOT EXISTS medals (
    citizen_id  uuid NOT NULL,
    medal       text NOT NULL,
    level       smallint NOT NULL,
    earned_at   timestamptz NOT NULL,
    CONSTRAINT medals_once_per_level PRIMARY KEY (citizen_id, medal, level),
    CONSTRAINT medals_level_positive CHECK (level >= 1),
    CONSTRAINT medals_medal_form CHECK (medal ~ '^[a-z0-9_]{1,40}$')
);
