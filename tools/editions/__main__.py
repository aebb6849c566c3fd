"""`python tools/editions student`; see editions/__init__.py."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # so that this folder is `editions`

from editions.commands import main  # noqa: E402

sys.exit(main())
