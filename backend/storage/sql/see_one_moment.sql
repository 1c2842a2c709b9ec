-- see_one_moment: let the statements of this transaction see the database as of one moment, and only look.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY
