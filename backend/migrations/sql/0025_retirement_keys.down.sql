-- What waits for a second person waits for its retirement again.
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_after_vintage;
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retirement_keyed;
UPDATE credit_batches SET status = 'pending', retirement_ref = NULL, retired_on = NULL
WHERE status = 'awaiting_confirmation';
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_status_known;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_status_known
    CHECK (status IN ('pending', 'retired', 'void'));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retirement_told;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retirement_told
    CHECK ((retirement_ref IS NULL) = (retired_on IS NULL)
        AND (status <> 'retired' OR retired_on IS NOT NULL) AND (status <> 'pending' OR retired_on IS NULL));
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_published_when_retired;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_published_when_retired
    CHECK (published_at IS NULL OR retired_on IS NOT NULL);
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_ex_ante_not_retired;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_ex_ante_not_retired
    CHECK (NOT is_ex_ante OR status <> 'retired');
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_confirmation_whole;
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_confirmed_by_another;
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_when_confirmed;
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_proposal_whole;
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_once;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retired_once EXCLUDE USING btree
    (product WITH =, retirement_ref WITH =, project_name WITH =, vintage WITH =) WHERE (status <> 'void');
ALTER TABLE credit_batches
    DROP COLUMN IF EXISTS retirement_key, DROP COLUMN IF EXISTS needs_confirmation, DROP COLUMN IF EXISTS told_by,
    DROP COLUMN IF EXISTS revision, DROP COLUMN IF EXISTS confirmed_by, DROP COLUMN IF EXISTS confirmed_at,
    DROP COLUMN IF EXISTS proposed_details, DROP COLUMN IF EXISTS proposed_by;
