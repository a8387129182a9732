"""What the keys of the main screen do, one module per group of keys."""
