"""Speed and memory at full size: ratios measured in one run, printed as tables."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # doubles, as the tests see them
