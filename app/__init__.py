"""Mien: reads facial expressions live from a camera, on the user's own machine, and shows where the network looked."""

__version__ = "0.1.0"
