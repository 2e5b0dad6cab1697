"""Work is shared out between the caller and its helpers, in order, and nothing is left behind."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from app.vision.workers import Workers

_PATIENCE_S = 20.0


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(3)
    yield made
    made.close()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
def test_results_come_in_the_order_of_what_was_given(workers: Workers, count: int) -> None:
    assert workers.map(lambda item: 10 * item, range(count)) == [10 * item for item in range(count)]


def test_as_many_are_at_work_at_once_as_may_be_the_caller_among_them(workers: Workers) -> None:
    all_there = threading.Barrier(3, timeout=_PATIENCE_S)

    def work(item: int) -> str:
        all_there.wait()
        return threading.current_thread().name

    names = workers.map(work, range(3))
    assert len(set(names)) == 3
    assert threading.current_thread().name in names


def test_whoever_is_free_takes_the_next(workers: Workers) -> None:
    others = threading.Semaphore(0)

    def work(item: int) -> int:
        if item == 0:
            for _ in range(5):
                assert others.acquire(timeout=_PATIENCE_S)
        else:
            others.release()
        return item

    assert workers.map(work, range(6)) == list(range(6))


def test_one_worker_is_the_caller_alone() -> None:
    before = set(threading.enumerate())
    names = Workers(1).map(lambda item: threading.current_thread().name, range(4))
    assert names == [threading.current_thread().name] * 4
    assert set(threading.enumerate()) == before


@pytest.mark.parametrize("kind", [IndexError, ValueError, KeyboardInterrupt])
def test_what_fails_is_raised_once_nobody_is_at_work_and_the_rest_is_left(kind: type[BaseException]) -> None:
    both = threading.Barrier(2, timeout=_PATIENCE_S)
    done: list[int] = []
    failed = threading.Event()

    def work(item: int) -> None:
        if item == 0:
            both.wait()
            failed.set()
            raise kind("no")
        if item == 1:
            both.wait()
            assert failed.wait(_PATIENCE_S)
        # so that there is time to stop
        time.sleep(0.001)
        done.append(item)

    pair = Workers(2)
    try:
        with pytest.raises(kind, match="no"):
            pair.map(work, range(1000))
        at_the_end = list(done)
        assert 1 in at_the_end
        assert len(at_the_end) < 999
        assert pair.map(lambda item: item, range(3)) == [0, 1, 2]
        assert done == at_the_end
    finally:
        pair.close()


def test_what_was_begun_goes_on_while_the_caller_does_something_else(workers: Workers) -> None:
    begun, caller_is_here = threading.Event(), threading.Event()

    def work(item: int) -> tuple[int, str]:
        begun.set()
        assert caller_is_here.wait(_PATIENCE_S)
        return item, threading.current_thread().name

    wait_for = workers.begin(work, 7)
    assert begun.wait(_PATIENCE_S)
    caller_is_here.set()
    item, name = wait_for()
    assert item == 7
    assert name != threading.current_thread().name
    with pytest.raises(ZeroDivisionError):
        workers.begin(lambda item: 1 / item, 0)()


def test_who_waits_does_meanwhile_what_nobody_has_come_to() -> None:
    begun, done = threading.Event(), threading.Event()

    def needs_the_other(item: int) -> int:
        begun.set()
        assert done.wait(_PATIENCE_S)
        return item

    def other(_item: int) -> str:
        done.set()
        return threading.current_thread().name

    pair = Workers(2)
    try:
        wait_for = pair.begin(needs_the_other, 7)
        assert begun.wait(_PATIENCE_S)
        # the only helper waits for this, and the caller waits for the helper
        wait_for_other = pair.begin(other, 8)
        assert wait_for() == 7
        assert wait_for_other() == threading.current_thread().name
    finally:
        done.set()
        pair.close()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_what_was_begun_may_share_its_work_out_itself(count: int) -> None:
    several = Workers(count)
    try:
        for _ in range(50):
            outer = several.begin(lambda item: [*several.map(str, range(item)), several.begin(str, item)()], 5)
            assert several.map(str, range(4)) == list("0123")
            assert outer() == list("012345")
    finally:
        several.close()


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_what_ends_the_program_ends_it_also_while_it_waits(kind: type[BaseException]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def block(_item: int) -> bool:
        begun.set()
        return go_on.wait(_PATIENCE_S)

    def interrupt(_item: int) -> None:
        raise kind

    pair = Workers(2)
    try:
        wait_for = pair.begin(block, 7)
        assert begun.wait(_PATIENCE_S)
        pair.begin(interrupt, 8)
        with pytest.raises(kind):
            wait_for()
    finally:
        go_on.set()
        pair.close()


def test_the_caller_does_all_itself_while_its_helper_is_at_something_else() -> None:
    go_on = threading.Event()

    def work(item: int) -> bool:
        return go_on.wait(_PATIENCE_S)

    pair = Workers(2)
    try:
        wait_for = pair.begin(work, 7)
        assert pair.map(str, range(4)) == list("0123")
        go_on.set()
        assert wait_for()
        assert pair.map(str, range(4)) == list("0123")
    finally:
        go_on.set()
        pair.close()


def test_without_helpers_it_is_done_when_it_is_waited_for() -> None:
    done: list[int] = []

    def work(item: int) -> int:
        done.append(item)
        return -item

    wait_for = Workers(1).begin(work, 7)
    assert done == []
    assert wait_for() == -7
    assert done == [7]


def test_closing_waits_for_what_was_begun() -> None:
    done: list[int] = []

    def work(item: int) -> None:
        time.sleep(0.05)
        done.append(item)

    workers = Workers(2)
    workers.begin(work, 7)
    workers.close()
    assert done == [7]


def test_closing_ends_the_threads_and_the_next_work_starts_them_again() -> None:
    before = set(threading.enumerate())
    workers = Workers(2)
    for _ in range(2):
        assert workers.map(str, range(6)) == list("012345")
        assert {thread.name for thread in set(threading.enumerate()) - before} == {"mien-worker_0"}
        workers.close()
        assert set(threading.enumerate()) == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_has_threads_of_its_own() -> None:
    program = (
        "import os\n"
        "from app.vision.workers import Workers\n"
        "workers = Workers(2)\n"
        "assert workers.map(str, range(4)) == list('0123')\n"
        "child = os.fork()\n"
        "assert workers.map(str, range(4)) == list('0123')\n"
        "workers.close()\n"
        "if child:\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
    )
    subprocess.run([sys.executable, "-c", program], timeout=60, check=True)
