"""In and out of a store: one module for each format, and Medusa's shapes in one place."""
