"""`python -m cli`, the same as `webimagetext`."""

import sys

from cli.main import main

sys.exit(main())
