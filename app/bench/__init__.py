"""What this machine can do: measured, not tested."""
