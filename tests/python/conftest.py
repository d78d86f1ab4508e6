"""What the tests of the Python package share."""

import _thread
import signal
import threading
from pathlib import Path

import pytest

import leadscore

ROOT = Path(__file__).resolve().parent.parent.parent
AS_OF = "2025-10-28T00:00:00Z"
LEAD = {"id": "L1", "email": "ada@example.com", "job_title": "CTO"}
ACTIVITIES = [{"id": "1", "type": "Demo Requested", "time": "2025-10-01T07:00:00Z"}]


@pytest.fixture(scope="session")
def bundle():
    """The bytes of a bundle of trees."""
    return (ROOT / "tests" / "golden" / "gbdt.lsm").read_bytes()


@pytest.fixture
def model(bundle):
    """Boosted trees."""
    return leadscore.Model.load(bundle)


@pytest.fixture
def card():
    """A scorecard."""
    return leadscore.Model.load(ROOT / "models" / "starter.lsm")


def skip_without_training():
    """Skip a whole file where there is no XGBoost."""
    try:
        leadscore.training.Library.get()
    except ImportError as reason:
        pytest.skip(str(reason), allow_module_level=True)


def interrupt_in_c(call):
    """That Ctrl-C comes out of a call, given its callback, when it comes while C is at work: the other
    thread has the GIL when C has let it go."""
    begun = threading.Event()

    def interrupt():
        begun.wait()
        _thread.interrupt_main()

    thread = threading.Thread(target=interrupt, daemon=True)
    # What a shell runs in the background ignores Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            call(lambda *news: begun.set())
            assert begun.is_set()
            thread.join()
    finally:
        signal.signal(signal.SIGINT, before)
