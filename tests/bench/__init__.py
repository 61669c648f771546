"""Speed and memory at full size: ratios measured in one run, printed as tables."""
