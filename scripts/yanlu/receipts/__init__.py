"""What a citizen can prove: receipt codes and the keys that follow from them."""
