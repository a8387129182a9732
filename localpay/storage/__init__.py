"""The file: its tables, statements, transactions, journal and listings."""
