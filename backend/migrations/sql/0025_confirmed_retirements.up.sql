-- 0025: a retirement is one thing once, however it is spelled, not before its vintage, and outside demo mode confirmed
-- by a second person. `retirement_key` was added and filled by the migration's first step.

-- `told_by`: whose word stands in the batch; none of them confirms it. `proposed_details` wait for a second person
-- while the batch is used as it was confirmed. `revision` counts what was told, so that nobody confirms what they did
-- not see. Batches of before were entered by one person, and that stays so.
ALTER TABLE credit_batches
    ADD COLUMN IF NOT EXISTS needs_confirmation boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS told_by uuid[] NOT NULL DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS revision integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS confirmed_by uuid,
    ADD COLUMN IF NOT EXISTS confirmed_at timestamptz,
    ADD COLUMN IF NOT EXISTS proposed_details jsonb,
    ADD COLUMN IF NOT EXISTS proposed_by uuid;

ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_status_known;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_status_known
    CHECK (status IN ('pending', 'awaiting_confirmation', 'retired', 'void'));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retirement_told;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retirement_told
    CHECK ((retirement_ref IS NULL) = (retired_on IS NULL)
        AND (status NOT IN ('awaiting_confirmation', 'retired') OR retired_on IS NOT NULL)
        AND (status <> 'pending' OR retired_on IS NULL));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_published_when_retired;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_published_when_retired
    CHECK (published_at IS NULL OR (retired_on IS NOT NULL AND status <> 'awaiting_confirmation'));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_ex_ante_not_retired;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_ex_ante_not_retired
    CHECK (NOT is_ex_ante OR status NOT IN ('awaiting_confirmation', 'retired'));

ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_confirmation_whole;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_confirmation_whole
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_confirmed_by_another;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_confirmed_by_another
    CHECK (confirmed_by <> ALL (told_by) AND (NOT needs_confirmation OR cardinality(told_by) > 0));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_when_confirmed;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retired_when_confirmed
    CHECK (NOT needs_confirmation OR status <> 'retired' OR confirmed_by IS NOT NULL);
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_proposal_whole;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_proposal_whole
    CHECK ((proposed_details IS NULL) = (proposed_by IS NULL));

ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retirement_keyed;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retirement_keyed
    CHECK ((retirement_ref IS NULL) = (retirement_key IS NULL));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_once;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retired_once EXCLUDE USING btree
    (product WITH =, retirement_key WITH =, vintage WITH =) WHERE (status <> 'void');

-- Not of rows of before: the audit names those, and they can still be made void.
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_after_vintage;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retired_after_vintage
    CHECK (status = 'void' OR retired_on >= coalesce(vintage_end, make_date(vintage, 1, 1))) NOT VALID;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM credit_batches WHERE status <> 'void'
                   AND retired_on < coalesce(vintage_end, make_date(vintage, 1, 1))) THEN
        ALTER TABLE credit_batches VALIDATE CONSTRAINT credit_batches_retired_after_vintage;
    END IF;
END $$;
