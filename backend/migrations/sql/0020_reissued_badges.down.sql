DROP INDEX IF EXISTS badges_by_successor;
