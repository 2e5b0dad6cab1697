"""The program ``mien``, also ``python -m app``."""

import sys


def main() -> int:
    """Run Mien; return the exit status, see ``app.cli.main``."""
    try:
        # half a second, in which somebody may change their mind
        from app.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("mien: stopped\n")
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
