"""Videos and images that are there already, read without a window: ``mien analyze``."""
