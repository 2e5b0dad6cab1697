"""Native libraries' greetings are held back; everything else is not."""

import os
import threading
import time

import pytest

from app.vision.quiet import without_chatter


def test_information_is_held_back_and_errors_are_not(capfd: pytest.CaptureFixture[str]) -> None:
    with without_chatter():
        os.write(2, b"INFO: a greeting\nERROR: a failure\n")
    assert capfd.readouterr().err == "ERROR: a failure\n"


def test_two_threads_at_once_leave_stderr_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    before = os.fstat(2)

    def greet() -> None:
        with without_chatter():
            time.sleep(0.05)

    threads = [threading.Thread(target=greet) for _ in range(3)]
    for thread in threads:
        thread.start()
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    assert os.path.samestat(before, os.fstat(2))
