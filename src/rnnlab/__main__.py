"""`python -m rnnlab COMMAND ...` is `rnnlab COMMAND ...` of this Python."""

import sys

from rnnlab.cli import main

if __name__ == "__main__":
    sys.exit(main())
