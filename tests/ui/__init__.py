"""Tests of the window and of the logic behind it."""
