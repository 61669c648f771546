"""What a citizen can prove: receipt codes, promises, and the public log that bears them out."""
