"""Who does the jobs: threads of this process here, a Ray cluster in `ray_runner`."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar

from eschew.backends import Backend
from eschew.errors import MissingExtraError
from eschew.lab.experiments.jobs import Job

__all__ = ["AHEAD", "Crew", "Threads", "Ticket", "carry_out", "one_core_each", "threads"]

K = TypeVar("K")
T = TypeVar("T")
Ticket = Any
"""What stands for a job under way: a future, or a reference into a cluster. Hashable."""

WAIT_SECONDS = 1.0
IDLE_SECONDS = 0.25
AHEAD = 2
"""Jobs under way for each place."""


class Crew(Protocol):
    """Hands that do jobs."""

    @property
    def engine(self) -> str:
        """What runs the model here: `identity.engine_identity`."""
        ...

    @property
    def places(self) -> int:
        """Jobs that are done at once."""
        ...

    @property
    def most_under_way(self) -> int:
        """Jobs that are taken on at once: some more, so that nobody waits for the next."""
        ...

    def submit(self, job: Job[Any]) -> Ticket:
        """Take a job on."""
        ...

    def done(self, tickets: Collection[Ticket], seconds: float) -> Collection[Ticket]:
        """Those that are finished, after waiting for one at most so long."""
        ...

    def result(self, ticket: Ticket) -> Any:
        """What a finished job gave, or the error that it raised."""
        ...

    def stop(self, tickets: Collection[Ticket]) -> Collection[Ticket]:
        """Begin nothing more; those that come to an end all the same."""
        ...


@dataclass(frozen=True, eq=False)
class Threads:
    """Threads of this process, all with one backend."""

    engine: str
    places: int
    backend: Backend
    pool: ThreadPoolExecutor

    @property
    def most_under_way(self) -> int:
        """Those in hand, and as many in the queue."""
        return AHEAD * self.places

    def submit(self, job: Job[T]) -> Future[T]:
        """Queue it."""
        return self.pool.submit(job.run, self._opened)

    def _opened(self) -> Backend:
        return self.backend

    def done(self, tickets: Collection[Ticket], seconds: float) -> Collection[Ticket]:
        """Finished ones."""
        return wait(tickets, timeout=seconds, return_when=FIRST_COMPLETED).done

    def result(self, ticket: Ticket) -> Any:
        """Result or error."""
        return ticket.result()

    def stop(self, tickets: Collection[Ticket]) -> Collection[Ticket]:
        """Nothing can stop a thread half-way: what is being made is finished, and is worth keeping."""
        begun = [ticket for ticket in tickets if not ticket.cancel()]
        return [ticket for ticket in wait(begun).done if ticket.exception() is None]


@contextmanager
def threads(backend: Backend, engine: str, workers: int) -> Iterator[Threads]:
    """`workers` threads for as long as the block lasts."""
    pool = ThreadPoolExecutor(workers)
    try:
        with one_core_each():
            yield Threads(engine, workers, backend, pool)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def one_core_each() -> Iterator[None]:
    """NumPy's linear algebra on one core: it sums in another order on more, and samples would differ in their last bits
    from one crew to the next. The crew keeps all cores busy anyway.
    """
    if find_spec("threadpoolctl") is None:
        raise MissingExtraError("threadpoolctl", "lab")
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield


def carry_out(
    jobs: Iterator[tuple[K, Job[T]] | None],
    crew: Crew,
    keep: Callable[[K, T], None],
    tick: Callable[[], None],
) -> None:
    """Do all `jobs`, giving each result to `keep` as it comes. `jobs` yields None when there is nothing to begin yet.

    `tick` is called about every second. On Ctrl-C what is nearly made is finished and kept, where that can be.
    """
    under_way: dict[Ticket, K] = {}
    left = True
    try:
        while left or under_way:
            idle = False
            while left and not idle and len(under_way) < crew.most_under_way:
                following: Any = next(jobs, _END)
                left, idle = following is not _END, following is None
                if left and not idle:
                    under_way[crew.submit(following[1])] = following[0]
            tick()
            if not under_way:
                time.sleep(IDLE_SECONDS if left else 0)
                continue
            for ticket in crew.done(tuple(under_way), IDLE_SECONDS if idle else WAIT_SECONDS):
                keep(under_way[ticket], crew.result(ticket))
                del under_way[ticket]
    except KeyboardInterrupt:
        for ticket in crew.stop(tuple(under_way)):
            keep(under_way[ticket], crew.result(ticket))
        raise


_END: Any = object()
