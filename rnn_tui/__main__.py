"""`python -m rnn_tui`."""

import sys

from rnn_tui.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
