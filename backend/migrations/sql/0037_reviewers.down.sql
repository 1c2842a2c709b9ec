DROP TABLE IF EXISTS staff_citizens, city_members, review_opinions;
