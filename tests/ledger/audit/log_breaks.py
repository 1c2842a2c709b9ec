# ruff: noqa: S608 - the names come from this file
"""Ways to break the log by hand, as the owner of its tables. The scene is that of breaks.py, sealed: entry 0 is the
batch, entries 1 to 3 are the offsets of three people, under one head.
"""

from __future__ import annotations

from tests.ledger.audit.breaks import BACKDATED, Break, _break

LOG = "the log verifies"
LOG_ROWS = "log entries equal rows"

_NO_LEAF_CHECK = "ALTER TABLE log_entries DROP CONSTRAINT log_entries_leaf_of_body"
_MORE_GRAMS = "convert_to(replace(convert_from(body, 'UTF8'), '\"grams\":20000', '\"grams\":20001'), 'UTF8')"


def _put(position: int, sealed_in: int) -> str:
    return f"""INSERT INTO log_entries
               SELECT {position}, kind, subject || 'x', body, leaf_hash, happened_at, {sealed_in}
               FROM log_entries WHERE position = 2"""


LOG_BREAKS: tuple[Break, ...] = (
    _break(
        "entry that was edited",
        _NO_LEAF_CHECK,
        f"UPDATE log_entries SET body = {_MORE_GRAMS} WHERE position = 2",
        found={LOG, LOG_ROWS},
    ),
    _break(
        "entry that was edited together with its hash",
        f"""UPDATE log_entries SET body = {_MORE_GRAMS}, leaf_hash = sha256('\\x00'::bytea || {_MORE_GRAMS})
            WHERE position = 2""",
        found={LOG, LOG_ROWS},
    ),
    _break(
        "edit of a text that no row holds",
        """UPDATE log_entries SET body = body || ' '::bytea, leaf_hash = sha256('\\x00'::bytea || body || ' '::bytea)
           WHERE position = 1""",
        found=LOG,
    ),
    _break(
        "document that the entry does not commit to",
        "UPDATE log_entries SET document = document || ' '::bytea WHERE position = 2",
        found=LOG_ROWS,
    ),
    _break(
        "seed that was exchanged",
        "UPDATE offsets SET seed = sha256(seed)",
        found=LOG_ROWS,
    ),
    _break("entry that was deleted", "DELETE FROM log_entries WHERE position = 2", found=LOG),
    _break(
        "last entry that was deleted, younger than the head",
        "DELETE FROM log_entries WHERE position = 3",
        found=LOG,
    ),
    _break(
        "entries that changed places",
        """UPDATE log_entries SET position = CASE position WHEN 1 THEN 100 ELSE 101 END, sealed_in = 200
           WHERE position IN (1, 2)""",
        """UPDATE log_entries SET position = CASE position WHEN 100 THEN 2 ELSE 1 END, sealed_in = 4
           WHERE position IN (100, 101)""",
        found=LOG,
    ),
    _break("entry that was put in at the end", _put(4, 5), found={LOG, LOG_ROWS}),
    _break(
        "entry that was put in between",
        "UPDATE log_entries SET position = 104, sealed_in = 200 WHERE position = 3",
        "UPDATE log_entries SET position = 4, sealed_in = 5 WHERE position = 104",
        _put(3, 4),
        found={LOG, LOG_ROWS},
    ),
    _break("head over another root", "UPDATE log_heads SET root = sha256(root)", found=LOG),
    _break("head that was deleted", "DELETE FROM log_heads", found=LOG),
    _break("head signed by nobody", "UPDATE log_heads SET signature = sha512(signature)", found=LOG),
    _break("head of another size", "UPDATE log_heads SET size = 3", found=LOG),
    _break(
        "key that was exchanged",
        "UPDATE log_keys SET public_key = sha256(public_key)",
        found=LOG,
    ),
    _break(
        "stored subtree that was changed",
        "UPDATE log_nodes SET hash = sha256(hash) WHERE level = 1",
        found=LOG,
    ),
    _break(
        "offset that is not in the log long after it was made",
        "UPDATE log_heads SET signed_at = signed_at + interval '1 hour'",
        "UPDATE log_entries SET subject = 'TF-AB0YZ-0000-0000-0000' WHERE position = 1",
        found={LOG, LOG_ROWS, BACKDATED},
    ),
    _break(
        "retirement of other tonnes than were logged",
        "UPDATE credit_batches SET quantity_t = quantity_t + 1",
        found=LOG_ROWS,
    ),
    _break(
        "retirement that was told otherwise than it is",
        "UPDATE credit_batches SET project_name = project_name || 'x'",
        found=LOG_ROWS,
    ),
    _break(
        "retirement that was completed long ago without a further entry",
        "UPDATE log_heads SET signed_at = signed_at + interval '1 hour'",
        "UPDATE credit_batches SET methodology = 'CCER-14-001-V01'",
        found={LOG, LOG_ROWS, BACKDATED},
    ),
)
