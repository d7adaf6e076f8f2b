"""What the tables and columns of a snapshot mean, in words: for the reference, and for whoever asks SQL."""
