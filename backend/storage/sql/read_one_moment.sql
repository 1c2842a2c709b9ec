-- read_one_moment: have every statement of this transaction see the tables as they are at its first one.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ
