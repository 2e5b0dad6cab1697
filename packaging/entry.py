"""What a bundle starts: ``mien``, and the processes that Mien makes of itself.

In a bundle, ``sys.executable`` is this program and no Python. So it does the two things that Mien asks of a Python:
starting a worker of ``multiprocessing``, and ``-m`` with one of Mien's own modules.
"""

import multiprocessing
import runpy
import sys
from typing import Final

# what app/bench/children.py starts; nothing else is run by name
CHILDREN: Final = ("app.bench.core", "app.bench.start", "app.ui.live_cost")


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    # ends here in a worker
    multiprocessing.freeze_support()
    if len(sys.argv) > 2 and sys.argv[1] == "-m" and sys.argv[2] in CHILDREN:
        sys.argv[:3] = [sys.argv[2]]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        return 0
    from app.__main__ import main as mien

    return mien()


if __name__ == "__main__":
    sys.exit(main())
