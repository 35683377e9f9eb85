"""What experiments leave behind: rows in a database, files beside it. Nothing is computed twice, nothing is half there.

    place = place_of("lab.db")            a path, a URL, or None for the user's own
    listing(place)                        what is in it
    store = open_store(place)             needs the extra `lab`
    add_sample(store, row)                one row, one transaction

Nothing here imports SQLAlchemy until a store is opened.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from eschew.errors import MissingExtraError
from eschew.lab.store.listing import Listed, listing
from eschew.lab.store.place import Place, place_of

if TYPE_CHECKING:
    from eschew.lab.store.opening import Store

__all__ = ["Listed", "Place", "listing", "open_store", "place_of"]


def open_store(place: Place) -> Store:
    """The store at `place`, made if it is not there. FileError, UsageError, MissingExtraError."""
    if find_spec("sqlalchemy") is None:
        raise MissingExtraError("sqlalchemy", "lab")
    from eschew.lab.store import opening

    return opening.open_store(place)
