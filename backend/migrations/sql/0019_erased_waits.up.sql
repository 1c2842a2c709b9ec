-- Who is erased waits for nothing any more.
ALTER TABLE offset_wait_ends DROP CONSTRAINT IF EXISTS offset_wait_ends_why_known;
ALTER TABLE offset_wait_ends ADD CONSTRAINT offset_wait_ends_why_known
    CHECK (why IN ('settled', 'met', 'replaced', 'not_paid', 'erased'));
