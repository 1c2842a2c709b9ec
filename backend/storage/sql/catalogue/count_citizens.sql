-- count_citizens: [read] how many citizens there are.
SELECT count(*) AS citizens FROM citizens
