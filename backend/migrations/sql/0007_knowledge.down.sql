DROP TABLE IF EXISTS quiz_answers;
