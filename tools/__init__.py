"""Measurements of the whole: the one place that knows both ``app`` and ``model``."""
