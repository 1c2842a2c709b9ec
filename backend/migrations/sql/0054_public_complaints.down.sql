-- 0054, taken back: complaints about events, organisations, disclosures and entries are gone with their numbers.
DROP INDEX IF EXISTS complaints_of_organisation;
DROP INDEX IF EXISTS complaints_by_number;
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_public_answer_last;
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_public_answer_short;
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_number_of_report;
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_number_form;
DELETE FROM complaints WHERE about IN ('event', 'organisation', 'disclosure', 'list_entry');
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_public_by_code;
ALTER TABLE complaints ADD CONSTRAINT complaints_public_by_code
    CHECK ((about IN ('certificate', 'event_report')) = (code_hash IS NOT NULL));
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_about_known;
ALTER TABLE complaints ADD CONSTRAINT complaints_about_known
    CHECK (about IN ('review', 'action', 'offset', 'age', 'certificate', 'event_report'));
ALTER TABLE complaints DROP COLUMN IF EXISTS organisation_id;
ALTER TABLE complaints DROP COLUMN IF EXISTS public_answer;
ALTER TABLE complaints DROP COLUMN IF EXISTS number;
