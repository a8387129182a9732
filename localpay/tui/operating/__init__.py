"""Payment operations on one record: which there are, what each would do, and doing it."""
