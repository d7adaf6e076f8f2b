"""What the routes of the API answer, a module for each subject."""
