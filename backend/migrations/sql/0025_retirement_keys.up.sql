-- 0025: a retirement is one thing once, however it is spelled, not before its vintage, and outside demo mode confirmed
-- by a second person.

-- What a person typed, folded as later entries are (backend/domain/folding.py): width, dashes, spaces and signs that
-- nobody sees make no difference, nor does the case of the letters that the database's own language has.
CREATE OR REPLACE FUNCTION credit_batches_folded(typed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT upper(lower(normalize(regexp_replace(regexp_replace(normalize(typed, NFKC),
        '[\u0001-\u0020\u007F-\u00A0\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890-\u0891'
          '\u08E2\u115F-\u1160\u1680\u17B4-\u17B5\u180B-\u180F\u2000-\u200F\u2028-\u202F'
          '\u205F-\u206F\u2800\u3000\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB\U000110BD'
          '\U000110CD\U00013430-\U00013438\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0001'
          '\U000E0020-\U000E007F\U000E0100-\U000E01EF]', '', 'g'),
        '[\u02D7\u058A\u05BE\u1400\u1806\u2010-\u2015\u2043\u2212\u2E17\u2E1A\u2E3A-\u2E3B\u2E40'
          '\u2E5D\u301C\u3030\u30A0\uFE31-\uFE32\uFE58\uFE63\uFF0D\U00010EAD]', '-', 'g'), NFKC)))
$$;
ALTER TABLE credit_batches ADD COLUMN IF NOT EXISTS retirement_key text;
ALTER TABLE credit_batches DROP CONSTRAINT IF EXISTS credit_batches_serials_apart;
-- Of batches that tell the same retirement, or the same serials, the oldest keeps the plain text; the others get a mark
-- that no folded text has, ` ~2`, and the audit names them. Nothing is lost, and nothing is judged here.
UPDATE credit_batches b
SET retirement_key = f.key || CASE WHEN f.place > 1 AND b.status <> 'void' THEN ' ~' || f.place ELSE '' END
FROM (
    SELECT id, key, row_number() OVER (PARTITION BY product, vintage, key, status = 'void'
                                       ORDER BY created_at, id) AS place
    FROM (SELECT *, credit_batches_folded(retirement_ref) || ' ' || credit_batches_folded(project_name) AS key
          FROM credit_batches WHERE retirement_ref IS NOT NULL) told
) f
WHERE f.id = b.id AND b.retirement_key IS NULL;
UPDATE credit_batches b
SET serial_space = f.space || CASE WHEN f.is_copy THEN ' ~' || f.place ELSE '' END
FROM (
    SELECT t.id, t.space, row_number() OVER (PARTITION BY t.space ORDER BY t.created_at, t.id) AS place,
           t.status <> 'void' AND EXISTS (
               SELECT FROM credit_batches o
               WHERE (o.created_at, o.id) < (t.created_at, t.id) AND o.status <> 'void'
                   AND credit_batches_folded(o.serial_space) = t.space
                   AND o.serial_first <= t.serial_last AND t.serial_first <= o.serial_last
           ) AS is_copy
    FROM (SELECT *, credit_batches_folded(serial_space) AS space FROM credit_batches
          WHERE serial_space IS NOT NULL AND serial_space NOT LIKE '% ~%') t
) f
WHERE f.id = b.id;
ALTER TABLE credit_batches ADD CONSTRAINT credit_batches_serials_apart EXCLUDE USING gist
    (int8range(hashtextextended(serial_space, 0), hashtextextended(serial_space, 0), '[]') WITH &&,
     int8range(serial_first, serial_last, '[]') WITH &&)
    WHERE (serial_space IS NOT NULL AND status <> 'void');
DROP FUNCTION credit_batches_folded(text);

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
