-- 0059, taken back: nothing is searched any more; what was found is where it was.
DROP TRIGGER IF EXISTS events_searched_new ON events;
DROP TRIGGER IF EXISTS events_searched ON events;
DROP TRIGGER IF EXISTS organisations_searched ON organisations;
DROP TRIGGER IF EXISTS projects_searched ON projects;
DROP TRIGGER IF EXISTS credit_batches_searched ON credit_batches;
DROP FUNCTION IF EXISTS search_event, search_organisation, search_project, search_credit_batch, put_search_item,
    search_wanted, search_grams, search_pieces, search_words, search_folded;
DROP TABLE IF EXISTS search_items;
