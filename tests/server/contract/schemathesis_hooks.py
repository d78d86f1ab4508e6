"""What no schema can say: which bytes are a bundle."""

import os
from pathlib import Path

import schemathesis
from hypothesis import strategies

BUNDLE = Path(os.environ["LEADSCORE_BUNDLE"]).read_bytes()
schemathesis.openapi.media_type("application/octet-stream", strategies.just(BUNDLE))
