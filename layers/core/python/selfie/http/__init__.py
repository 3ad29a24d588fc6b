"""What the routes of all functions share: reading requests, refusing them, knowing who asks."""
