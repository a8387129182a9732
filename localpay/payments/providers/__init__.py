"""Payment providers: what one has to be able to do, where they are found, and two that ship."""
