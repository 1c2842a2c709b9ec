DROP FUNCTION IF EXISTS folded_search(text);
