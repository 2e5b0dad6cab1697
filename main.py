"""Mien from a checkout: ``python main.py`` is what ``mien`` is once installed."""

import sys

if __name__ == "__main__":
    try:
        from app.cli import main
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"mien: {error.name} is not installed for {sys.executable}; activate the virtual environment, or make one, "
            "and run 'pip install .' in it\n"
        )
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("mien: stopped\n")
        sys.exit(130)
    sys.exit(main())
