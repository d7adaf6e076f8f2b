"""The speed of the application beside what is possible: `make bench` writes RESULTS.md."""
