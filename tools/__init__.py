"""Jobs beside the product: measurements that need both ``app`` and ``model``, and the translations."""
