-- 0069, taken back: the articles and questions of the release are what there is.
DROP TABLE IF EXISTS content_versions;
