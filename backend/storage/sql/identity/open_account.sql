-- open_account: [write] an account of a citizen who does not sign in, with nothing in it: a balance moves with transfers alone.
-- $1 id uuid
INSERT INTO accounts (id, kind) VALUES ($1, 'citizen')
