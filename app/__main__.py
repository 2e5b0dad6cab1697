"""The program ``mien``, also ``python -m app``."""

import signal
import sys


def main() -> int:
    """Run Mien; return the exit status, see ``app.cli.main``."""
    asked: list[int] = []
    # numpy, half-way loaded, takes Ctrl-C for a fault of its own and tells so in forty lines
    before = signal.signal(signal.SIGINT, lambda number, _frame: asked.append(number))
    from app.cli import main as run

    signal.signal(signal.SIGINT, before)
    if asked and before is not signal.SIG_IGN:
        sys.stderr.write("mien: stopped\n")
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
