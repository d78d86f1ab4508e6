#!/usr/bin/env python3
"""What a call from Python takes beside the same call from C, in one process, by the thread's CPU time.

    bench_python.py CALLS.so MODEL      with the package `leadscore` and numpy; pandas and Polars where
                                        they are

C and Python take turns; medians of the rounds, and of the ratios within a round. A table is compared with two
calls of C: with one on rows of float32, which somebody has made, and, where it has columns, with those that make
rows of the same columns and score them.
"""

import ctypes
import platform
import sys
import time
from statistics import median

import numpy as np

import leadscore
from leadscore._native import ffi, lib
from leadscore.tables import each_array

ROUNDS = 41
CALLS = 20_000
ROWS = 100_000


class Calls:
    """The loops of bench_python_calls.c, on a scorer of the model."""

    def __init__(self, path, model, rows):
        self.library = ctypes.CDLL(path)
        self.scorer = model._open().take()
        self.pointer = pointer_to(self.scorer.pointer)
        self.rows = rows
        self.shape = [ctypes.c_size_t(n) for n in rows.shape]
        self.out = np.empty(len(rows), np.float32)
        for name in ("bench_vector_ns", "bench_batch_ns", "bench_table_ns"):
            getattr(self.library, name).restype = ctypes.c_double

    def vector_ns(self):
        return self.library.bench_vector_ns(self.pointer, ctypes.c_void_p(self.rows.ctypes.data),
                                            *self.shape, ctypes.c_size_t(CALLS))

    def batch_ns(self):
        return self.library.bench_batch_ns(self.pointer, ctypes.c_void_p(self.rows.ctypes.data),
                                           *self.shape, ctypes.c_void_p(self.out.ctypes.data))

    def columns_ns(self, frame):
        """On the columns of a DataFrame, as its package hands them over."""
        schema, arrays = each_array(frame, self.scorer.spec, False)
        out = ffi.new("lsc_arrow_reader **")
        assert lib.lsc_arrow_reader_new(self.scorer.spec, schema, ffi.NULL, out, ffi.NULL) == 0
        reader = ffi.gc(out[0], lib.lsc_arrow_reader_free)
        return sum(array.length * self._table_ns(reader, array) for array in arrays) / ROWS

    def _table_ns(self, reader, array):
        return self.library.bench_table_ns(self.pointer, pointer_to(reader), pointer_to(array),
                                           self.shape[1], ctypes.c_void_p(self.out.ctypes.data))


def pointer_to(cdata):
    return ctypes.c_void_p(int(ffi.cast("uintptr_t", cdata)))


def vector_ns(model, rows):
    vectors = list(rows[:1000])
    score = model.score_vector
    begin = time.thread_time_ns()
    for _ in range(CALLS // len(vectors)):
        for vector in vectors:
            score(vector)
    return (time.thread_time_ns() - begin) / CALLS


def batch_ns(model, table):
    begin = time.thread_time_ns()
    model.predict(table)
    return (time.thread_time_ns() - begin) / ROWS


def tables(model, rows):
    """The same rows in the forms that people have them."""
    names, doubles = model.spec.columns, rows.astype(np.float64)
    yield "numpy, float32", rows
    yield "numpy, float64", doubles
    yield "numpy, float64, column by column", np.asfortranarray(doubles)
    try:
        import pandas

        yield "pandas, float32", pandas.DataFrame(rows, columns=names)
        yield "pandas, float32, in another order", pandas.DataFrame(rows, columns=names).iloc[:, ::-1]
        yield "pandas, float32, row by row", pandas.DataFrame(rows, columns=names, copy=False)
        yield "pandas, float64", pandas.DataFrame(doubles, columns=names)
    except ImportError:
        pass
    try:
        import polars

        yield "Polars, float32", polars.DataFrame({name: rows[:, i].copy()
                                                   for i, name in enumerate(names)})
        yield "Polars, float64, a tenth null", polars.DataFrame(
            {name: polars.Series([None if number % 10 == 0 else value
                                  for number, value in enumerate(doubles[:, i].tolist())])
             for i, name in enumerate(names)})
    except ImportError:
        pass


def measure(model, calls, rows, forms):
    """Of each what, the ns of each round."""
    times = {}

    def keep(name, ns):
        times.setdefault(name, []).append(ns)

    for _ in range(ROUNDS):
        keep("C vector", calls.vector_ns())
        keep("Python vector", vector_ns(model, rows))
        for name, table in forms.items():
            keep(f"C rows beside {name}", calls.batch_ns())
            keep(name, batch_ns(model, table))
            if not isinstance(table, np.ndarray):
                keep(f"C columns of {name}", calls.columns_ns(table))
    return times


def more(ns, than):
    ratio = median(each / other for each, other in zip(ns, than))
    return f"{100 * (ratio - 1):+.1f} %"


def main(path, bundle):
    model = leadscore.Model.load(bundle)
    rows = np.random.default_rng(1).normal(size=(ROWS, model.n_columns)).astype(np.float32)
    forms = dict(tables(model, rows))
    times = measure(model, Calls(path, model, rows), rows, forms)
    info = model.info
    print(f"Python {platform.python_version()}, numpy {np.__version__}; {info.n_trees} trees, "
          f"{info.n_columns} columns")
    c, python = times["C vector"], times["Python vector"]
    print(f"one vector, C {median(c):.0f} ns, Python {median(python):.0f} ns: "
          f"{median(each - other for each, other in zip(python, c)):.0f} ns more")
    for name in forms:
        on_rows, columns = times[f"C rows beside {name}"], times.get(f"C columns of {name}")
        print(f"{ROWS:,} rows, {name}: {median(times[name]):.1f} ns a row; C on rows {median(on_rows):.1f} ns, "
              f"{more(times[name], on_rows)}", end="")
        print("" if columns is None else
              f"; C on these columns {median(columns):.1f} ns, {more(times[name], columns)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
