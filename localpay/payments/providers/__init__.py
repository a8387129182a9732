"""Payment providers: their interface, where they are found, and the two that come with localpay."""
