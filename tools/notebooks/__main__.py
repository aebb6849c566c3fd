"""`python tools/notebooks check`; see notebooks/__init__.py."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # so that this folder is `notebooks`

from notebooks import main  # noqa: E402

sys.exit(main())
