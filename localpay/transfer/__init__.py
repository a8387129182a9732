"""Import and export: one module for each format, and Medusa's shapes in one place."""
