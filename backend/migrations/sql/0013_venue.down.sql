DROP TABLE IF EXISTS companions, passes, poster_windows, posters, screens;
