"""Business rules as pure functions over frozen values; imports the standard library only."""
