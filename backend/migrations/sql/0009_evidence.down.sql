DROP INDEX IF EXISTS scenes_by_kind;
DROP INDEX IF EXISTS scenes_by_district;
DROP INDEX IF EXISTS reviews_by_id;
DROP TABLE IF EXISTS photos;
