"""Made-up shops: the generator, and the demo shop with its stories."""
