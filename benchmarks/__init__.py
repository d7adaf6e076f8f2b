"""How fast the application is, against what is possible: `make bench` writes RESULTS.md."""
