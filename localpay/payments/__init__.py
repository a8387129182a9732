"""The life of payments: sessions of a cart, payments, collections, and the providers called."""
