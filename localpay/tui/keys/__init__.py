"""What the keys of the main screen do, one module for each group of keys."""
