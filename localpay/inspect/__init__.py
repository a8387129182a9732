"""What is in a record: its state, its secrets, and how two of them differ."""
