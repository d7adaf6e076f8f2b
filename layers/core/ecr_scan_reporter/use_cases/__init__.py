"""What the application does, a module each. They see AWS only as the Protocols that they declare."""
