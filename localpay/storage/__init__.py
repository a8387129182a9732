"""The file: tables, statements, transactions, the journal, and listing millions."""
