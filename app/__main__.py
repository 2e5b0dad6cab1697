"""The program ``mien``, also ``python -m app``."""

import signal
import sys


def main() -> int:
    """Load Mien and run it; return the exit status: 2 where a package is missing, else see ``app.cli.main``."""
    asked: list[int] = []
    # numpy, half-way loaded, takes Ctrl-C for a fault of its own and tells so in forty lines
    before = signal.signal(signal.SIGINT, lambda number, _frame: asked.append(number))
    try:
        from app.cli import main as run
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"mien: {error.name} is not installed for {sys.executable}; activate the virtual environment, or make one, "
            "and run 'pip install .' in it\n"
        )
        return 2
    finally:
        signal.signal(signal.SIGINT, before)
    if asked and before is not signal.SIG_IGN:
        sys.stderr.write("mien: stopped\n")
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
