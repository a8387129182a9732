"""The life cycle of payments: sessions of a cart, payments, collections, and their providers."""
