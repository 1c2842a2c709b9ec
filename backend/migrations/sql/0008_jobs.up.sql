-- 0008: work that is done by itself: periodic jobs, single tasks, notices to citizens.

-- A periodic job: when it is due, who does it and until when that is believed, how it went the last time.
-- A worker that dies stops prolonging its lease; another one takes the job when the lease has run out.
CREATE TABLE IF NOT EXISTS jobs (
    name             text PRIMARY KEY,
    rhythm_zh        text NOT NULL,
    rhythm_en        text NOT NULL,
    about_zh         text NOT NULL,
    about_en         text NOT NULL,
    next_at          timestamptz NOT NULL,
    wanted_at        timestamptz,
    lease_until      timestamptz,
    leased_by        text,
    last_started_at  timestamptz,
    last_ended_at    timestamptz,
    last_result      jsonb,
    last_error       text,
    failures         integer NOT NULL DEFAULT 0,
    runs             bigint NOT NULL DEFAULT 0,
    CONSTRAINT jobs_name_form CHECK (name ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT jobs_lease_whole CHECK ((lease_until IS NULL) = (leased_by IS NULL)),
    CONSTRAINT jobs_counts_not_negative CHECK (failures >= 0 AND runs >= 0)
) WITH (fillfactor = 70);

-- A single task, put in by the transaction that makes it necessary, so that neither is there without the other.
-- `topic_key` names what it is about: the same thing is put in once. A task of nobody in particular has the
-- citizen 00000000-0000-0000-0000-000000000000.
CREATE TABLE IF NOT EXISTS outbox (
    citizen_id    uuid NOT NULL,
    id            uuid NOT NULL,
    kind          text NOT NULL,
    topic_key     text NOT NULL,
    body          jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    not_before    timestamptz NOT NULL DEFAULT now(),
    attempts      integer NOT NULL DEFAULT 0,
    leased_until  timestamptz,
    done_at       timestamptz,
    failed_at     timestamptz,
    last_error    text,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT outbox_once_per_topic UNIQUE (citizen_id, kind, topic_key),
    CONSTRAINT outbox_topic_short CHECK (char_length(topic_key) BETWEEN 1 AND 80),
    CONSTRAINT outbox_attempts_not_negative CHECK (attempts >= 0),
    CONSTRAINT outbox_ends_one_way CHECK (done_at IS NULL OR failed_at IS NULL),
    CONSTRAINT outbox_failed_with_reason CHECK (failed_at IS NULL OR last_error IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (not_before) WHERE done_at IS NULL AND failed_at IS NULL;
CREATE INDEX IF NOT EXISTS outbox_dead ON outbox (failed_at, id) WHERE failed_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS outbox_by_age ON outbox USING brin (created_at);

-- What a citizen is told: the list in the mini-program, whether or not WeChat takes it to their phone as well.
-- `delivery`: inbox (here only), waiting for WeChat, sending (an accept of theirs is used), sent, refused, failed.
CREATE TABLE IF NOT EXISTS notices (
    citizen_id  uuid NOT NULL,
    id          uuid NOT NULL,
    kind        text NOT NULL,
    topic_key   text NOT NULL,
    facts       jsonb NOT NULL,
    delivery    text NOT NULL DEFAULT 'inbox',
    created_at  timestamptz NOT NULL DEFAULT now(),
    read_at     timestamptz,
    PRIMARY KEY (citizen_id, id),
    CONSTRAINT notices_once_per_topic UNIQUE (citizen_id, kind, topic_key),
    CONSTRAINT notices_topic_short CHECK (char_length(topic_key) BETWEEN 1 AND 80),
    CONSTRAINT notices_delivery_known
        CHECK (delivery IN ('inbox', 'waiting', 'sending', 'sent', 'refused', 'failed'))
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS notices_unread ON notices (citizen_id) WHERE read_at IS NULL;
CREATE INDEX IF NOT EXISTS notices_by_age ON notices USING brin (created_at);

-- WeChat takes one message of a template for each time its user tapped "accept".
CREATE TABLE IF NOT EXISTS subscriptions (
    citizen_id  uuid NOT NULL,
    template    text NOT NULL,
    accepts     integer NOT NULL DEFAULT 0,
    language    text NOT NULL DEFAULT 'zh-CN',
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (citizen_id, template),
    CONSTRAINT subscriptions_template_known
        CHECK (template IN ('points_expiring', 'review_result', 'offset_done', 'monthly_report')),
    CONSTRAINT subscriptions_accepts_bounded CHECK (accepts BETWEEN 0 AND 1000),
    CONSTRAINT subscriptions_language_known CHECK (language IN ('zh-CN', 'en'))
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS subscriptions_open ON subscriptions (template, citizen_id) WHERE accepts > 0;
