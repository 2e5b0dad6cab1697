"""From one frame to one result, synchronously."""
