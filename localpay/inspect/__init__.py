"""What is in a record: its state, its secrets, and how two records differ."""
