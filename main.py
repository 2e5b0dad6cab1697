"""Mien from a checkout: ``python main.py`` is what ``mien`` is once installed."""

import sys

from app.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
