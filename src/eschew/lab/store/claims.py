"""Claims: which process is making which sample, so that two that share a store share the work and make nothing twice.

A claim runs out unless its owner renews it. One whose owner has died on this machine is free at once.
"""

from __future__ import annotations

import os
import socket
import time
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from eschew.lab.store.opening import Store
from eschew.lab.store.rows import Key
from eschew.lab.store.tables import claims

__all__ = ["RENEW_SECONDS", "claim", "new_owner", "release", "release_all", "renew"]

LEASE_SECONDS = 120.0
RENEW_SECONDS = 30.0
"""How often an owner at work renews its claims."""


def new_owner() -> str:
    """A name for this run: machine, process, and a part that no other run has."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{uuid4().hex[:12]}"


def claim(store: Store, engine: str, key: Key, owner: str) -> bool:
    """Whether the sample is now this owner's to make."""
    now = time.time()
    values = {**key._asdict(), "engine": engine}
    if store.add(insert(claims).values(**values, owner=owner, until=now + LEASE_SECONDS)):
        return True
    here = [claims.c[name] == value for name, value in values.items()]
    with store.reading() as connection:
        held = connection.execute(select(claims.c.owner, claims.c.until).where(*here)).first()
    if held is None:
        return store.add(insert(claims).values(**values, owner=owner, until=now + LEASE_SECONDS))
    if held.owner == owner:
        return True
    if held.until > now and not _dead(held.owner):
        return False
    with store.writing() as connection:
        # Of two that find it free, the one that still finds it so gets it.
        taken = connection.execute(
            update(claims)
            .where(*here, claims.c.owner == held.owner, claims.c.until == held.until)
            .values(owner=owner, until=now + LEASE_SECONDS)
        )
    return taken.rowcount == 1


def renew(store: Store, owner: str) -> None:
    """Hold all claims of this owner for another while."""
    with store.writing() as connection:
        connection.execute(
            update(claims).where(claims.c.owner == owner).values(until=time.time() + LEASE_SECONDS)
        )


def release(store: Store, engine: str, key: Key, owner: str) -> None:
    """Give one claim back: the sample is made."""
    with store.writing() as connection:
        connection.execute(
            delete(claims).where(
                claims.c.digest == key.digest,
                claims.c.seed == key.seed,
                claims.c.item == key.item,
                claims.c.engine == engine,
                claims.c.owner == owner,
            )
        )


def release_all(store: Store, owner: str) -> None:
    """Give all claims of this owner back."""
    with store.writing() as connection:
        connection.execute(delete(claims).where(claims.c.owner == owner))


def _dead(owner: str) -> bool:
    """Whether this owner was a process of this machine that is no more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname()[:80] or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
