DROP TABLE IF EXISTS surpluses;
DROP INDEX IF EXISTS credit_batches_in_stock;
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_serials_apart;
-- Batches that were never retired cannot be told in the old table.
DELETE FROM credit_batches WHERE status <> 'retired';
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_retired_once;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_retired_once
    UNIQUE (product, retirement_ref, project_name, vintage);
ALTER TABLE credit_batches
    DROP COLUMN IF EXISTS void_reason,
    DROP COLUMN IF EXISTS voided_at,
    DROP COLUMN IF EXISTS published_at,
    DROP COLUMN IF EXISTS proof_sha256,
    DROP COLUMN IF EXISTS price_source,
    DROP COLUMN IF EXISTS price_as_of,
    DROP COLUMN IF EXISTS origin_tag,
    DROP COLUMN IF EXISTS beneficiary,
    DROP COLUMN IF EXISTS purpose,
    DROP COLUMN IF EXISTS serial_last,
    DROP COLUMN IF EXISTS serial_first,
    DROP COLUMN IF EXISTS serial_space,
    DROP COLUMN IF EXISTS registry_serial_to,
    DROP COLUMN IF EXISTS registry_serial_from,
    DROP COLUMN IF EXISTS approval_doc,
    DROP COLUMN IF EXISTS approved_by,
    DROP COLUMN IF EXISTS registration_no,
    DROP COLUMN IF EXISTS monitoring_period,
    DROP COLUMN IF EXISTS methodology,
    DROP COLUMN IF EXISTS vintage_end,
    DROP COLUMN IF EXISTS vintage_start,
    DROP COLUMN IF EXISTS registry,
    DROP COLUMN IF EXISTS project_id,
    DROP COLUMN IF EXISTS is_ex_ante,
    DROP COLUMN IF EXISTS status;
ALTER TABLE credit_batches ALTER COLUMN retirement_ref SET NOT NULL;
ALTER TABLE credit_batches ALTER COLUMN retired_on SET NOT NULL;
DROP TABLE IF EXISTS plantings;
DROP TABLE IF EXISTS projects;
