-- 0054: complaints in public: a number by which anybody follows one, an outcome that is published, whom it is about.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.
ALTER TABLE complaints ADD COLUMN IF NOT EXISTS number text;
ALTER TABLE complaints ADD COLUMN IF NOT EXISTS public_answer text;
ALTER TABLE complaints ADD COLUMN IF NOT EXISTS organisation_id uuid;
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_about_known;
ALTER TABLE complaints ADD CONSTRAINT complaints_about_known CHECK (
    about IN ('review', 'action', 'offset', 'age', 'certificate', 'event_report', 'event', 'organisation', 'disclosure',
        'list_entry'));
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_public_by_code;
ALTER TABLE complaints ADD CONSTRAINT complaints_public_by_code CHECK (
    (about IN ('certificate', 'event_report', 'event', 'organisation', 'disclosure', 'list_entry'))
    = (code_hash IS NOT NULL));
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_number_form;
ALTER TABLE complaints ADD CONSTRAINT complaints_number_form CHECK (number ~ '^K-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{6}$');
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_number_of_report;
ALTER TABLE complaints ADD CONSTRAINT complaints_number_of_report CHECK (number IS NULL OR code_hash IS NOT NULL);
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_public_answer_short;
ALTER TABLE complaints ADD CONSTRAINT complaints_public_answer_short CHECK (char_length(public_answer) BETWEEN 1 AND 2000);
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_public_answer_last;
ALTER TABLE complaints ADD CONSTRAINT complaints_public_answer_last CHECK (
    public_answer IS NULL OR (answer IS NOT NULL AND number IS NOT NULL));
CREATE UNIQUE INDEX IF NOT EXISTS complaints_by_number ON complaints (number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS complaints_of_organisation ON complaints (organisation_id, state) WHERE organisation_id IS NOT NULL;
