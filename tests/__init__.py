"""The tests: plain functions named after what they promise."""
