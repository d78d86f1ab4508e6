"""Threads that share a model while it is replaced."""

import gc
import sys
import threading

import pytest

import leadscore
from conftest import ACTIVITIES, AS_OF, LEAD, ROOT

REPLACED = 1000


def resident_kilobytes():
    with open("/proc/self/status", encoding="ascii") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


class Desk:
    """Where threads look for the model, as a web server would have it."""

    model = None


def expected(model):
    """What each kind of call must give, for a model."""
    vector = [0.5] * model.n_columns
    lead = model.explain(LEAD, ACTIVITIES, as_of=AS_OF)
    return lead.result, lead.receipt.result_sha256, model.score_vector(vector)


@pytest.fixture
def quick_turns():
    """Threads give way to each other often, or the one that replaces would wait all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


def test_eight_threads_score_while_the_model_is_replaced(bundle, quick_turns):
    other = leadscore.Model.load(ROOT / "models" / "starter.lsm")
    answers = {model.info.sha256: expected(model)
               for model in (leadscore.Model.load(bundle), other)}
    bundles = [bundle, (ROOT / "models" / "starter.lsm").read_bytes()]
    Desk.model = leadscore.Model.load(bundle)
    done, wrong = threading.Event(), []
    calls = [0] * 8

    def work(number):
        while not done.is_set() and not wrong:
            model = Desk.model
            try:
                got = expected(model)
                if got != answers[model.info.sha256]:
                    wrong.append(got)
            except leadscore.ClosedError:
                continue  # it was replaced and closed: look again
            except BaseException as reason:
                wrong.append(reason)
            calls[number] += 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    before = 0
    for number in range(REPLACED):
        if number == REPLACED // 5:
            before = resident_kilobytes()
        old, Desk.model = Desk.model, leadscore.Model.load(bundles[number % 2])
        if number % 3:
            old.close()
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == [] and all(calls)
    # 800 models of about 2 MB each, were they kept. tests/python/leaks.py looks at each block.
    assert resident_kilobytes() - before < 100_000


def test_threads_share_a_batch(bundle):
    np = pytest.importorskip("numpy")
    model = leadscore.Model.load(bundle)
    rows = np.random.default_rng(1).normal(size=(3000, model.n_columns)).astype(np.float32)
    batch, parts = model.predict(rows), {}

    def work(number):
        parts[number] = model.predict(rows), model.contributions(rows[:100])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    contributions = model.contributions(rows[:100])
    assert all((got == batch).all() and (parts == contributions).all()
               for got, parts in parts.values())


def test_models_that_are_dropped_give_their_memory_back(bundle):
    def turn(count):
        for _ in range(count):
            model = leadscore.Model.load(bundle)
            model.explain(LEAD, ACTIVITIES, as_of=AS_OF)
            with pytest.raises(leadscore.BadJsonError):
                model.score("{", as_of=AS_OF)
        gc.collect()

    turn(20)
    before = resident_kilobytes()
    turn(200)
    # A model and its scorer take about 2 MB here: were they kept, this would be 400.
    assert resident_kilobytes() - before < 40_000
