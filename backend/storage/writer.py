"""The writer's connection: one transaction for each batch of commands.

What went wrong comes out as one of five: the database is away before anything was written
(DatabaseAway), it went away while COMMIT was under way (CommitUnknown), another process was faster
(Conflict: run the batch again), another transaction holds a row and does not let go (Stuck), or anything else, which is
a fault of one of the batch's commands.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from backend.storage.database import UNAVAILABLE
from backend.storage.transaction import Transaction

# Constraints that only another process can have hit: within a batch the rules see each other's rows.
RACES = frozenset(
    {
        "attendances_once_per_citizen",
        "attendances_once_per_badge",
        "offsets_once_per_attendance",
        "allocations_serial_once",
        "transfers_once_per_source",
        "idempotency_keys_once_per_citizen",
        "partner_items_once",
        "account_moves_once",
    }
)


# Checks that another process can make a batch break: what it decided on was not locked.
OVERTAKEN = frozenset({"issuance_budgets_issued_within"})


class DatabaseAway(Exception):
    """Nothing of the batch was written."""


class CommitUnknown(Exception):
    """The connection broke during COMMIT: the batch is written whole or not at all, and only asking again tells."""


class Stuck(Exception):
    """Another transaction holds a row that the batch needs and does not let go: nothing was written."""


class Conflict(Exception):
    """Another process was faster, or PostgreSQL chose this transaction to break a deadlock."""


Connect = Callable[[], Coroutine[Any, Any, asyncpg.Connection]]


class Writer:
    """Holds the connection, opens it again when it is lost. Used by one task at a time."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: asyncpg.Connection | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """BEGIN … COMMIT. The block's own exceptions pass through after ROLLBACK."""
        is_committing = False
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
            connection = self._connection
            await connection.execute("BEGIN")
            yield Transaction(connection)
            is_committing = True
            await connection.execute("COMMIT")
        except asyncpg.UniqueViolationError as error:
            await self._leave()
            if error.constraint_name in RACES:
                raise Conflict(error.constraint_name) from error
            raise
        except asyncpg.CheckViolationError as error:
            await self._leave()
            if error.constraint_name in OVERTAKEN:
                raise Conflict(error.constraint_name) from error
            raise
        except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            await self._leave()
            raise Conflict(type(error).__name__) from error
        except (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError) as error:
            await self._leave()
            raise Stuck(type(error).__name__) from error
        except UNAVAILABLE as error:
            await self.close()
            # A full disk is said by the server before COMMIT is done: nothing was written. A connection that
            # breaks is a PostgresError for asyncpg too, but nobody said anything.
            is_broken = isinstance(error, asyncpg.PostgresConnectionError)
            if is_committing and (is_broken or not isinstance(error, asyncpg.PostgresError)):
                raise CommitUnknown from error
            raise DatabaseAway(type(error).__name__) from error
        except BaseException:
            await self._leave()
            raise

    async def _leave(self) -> None:
        """Roll back; a connection on which even that fails is dropped."""
        connection = self._connection
        if connection is None or connection.is_closed():
            return
        try:
            await connection.execute("ROLLBACK")
        except Exception:
            await self.close()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()
