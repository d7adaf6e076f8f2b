"""What the application fetches from outside AWS."""
