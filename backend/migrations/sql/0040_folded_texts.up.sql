-- 0040: what staff search by, and user names, are folded.

-- What staff search by: the same fold as backend.domain.folding.folded_search, for names and references of an event.
-- Width, case, dashes, blanks, dots between the parts of a name and signs that nobody sees make no difference.
CREATE OR REPLACE FUNCTION folded_search(label text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $fold$
    SELECT upper(translate(normalize(label, NFKC),
        U&' ''-.\0080\0081\0082\0083\0084\0085\0086\0087\0088\0089\008A\008B\008C\008D\008E\008F\0090\0091\0092'
        '\0093\0094\0095\0096\0097\0098\0099\009A\009B\009C\009D\009E\009F\00A0\00AD\00B7\02D7\034F\0387\058A'
        '\05BE\0600\0601\0602\0603\0604\0605\061C\06DD\070F\0890\0891\08E2\115F\1160\1400\1680\16EB\17B4\17B5'
        '\1806\180B\180C\180D\180E\180F\2000\2001\2002\2003\2004\2005\2006\2007\2008\2009\200A\200B\200C\200D'
        '\200E\200F\2010\2011\2012\2013\2014\2015\2022\2024\2027\2028\2029\202A\202B\202C\202D\202E\202F\2043'
        '\205F\2060\2061\2062\2063\2064\2065\2066\2067\2068\2069\206A\206B\206C\206D\206E\206F\2212\2218\2219'
        '\22C5\25AA\25CF\25E6\2800\2E17\2E1A\2E31\2E33\2E3A\2E3B\2E40\2E5D\3000\301C\3030\30A0\30FB\3164\A78F'
        '\FE31\FE32\FE58\FE63\FEFF\FF0D\FFA0\FFF9\FFFA\FFFB', ''))
$fold$;

-- User names are folded now: one that was made in full width is the same name.
UPDATE staff SET username = lower(normalize(username, NFKC))
WHERE username <> lower(normalize(username, NFKC))
  AND NOT EXISTS (SELECT FROM staff other WHERE other.username = lower(normalize(staff.username, NFKC)));
