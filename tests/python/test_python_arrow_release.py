"""What somebody else's library hands over as Arrow is released once, however a call ends."""

import gc

import cffi
import pytest

import leadscore
from conftest import AS_OF
from leadscore import capsules
from leadscore._native import ffi

# The structs once more: the package's own FFI makes no callbacks.
C = cffi.FFI()
C.cdef("""
struct ArrowSchema { const char *format, *name, *metadata; int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary; void (*release)(struct ArrowSchema *); void *private_data; };
struct ArrowArray { int64_t length, null_count, offset, n_buffers, n_children; const void **buffers;
    struct ArrowArray **children, *dictionary; void (*release)(struct ArrowArray *); void *private_data; };
struct ArrowArrayStream { int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *); void (*release)(struct ArrowArrayStream *);
    void *private_data; };
""")
KINDS = {kind: f"struct Arrow{kind}" for kind in ("Schema", "Array", "ArrayStream")}


class Producer:
    """Gives parts, a value each in three rows of all columns, and counts what it gives and what is released."""

    def __init__(self, names, parts, fails=None):
        self.names, self.parts, self.fails = names, parts, fails
        self.at, self.keep = 0, []
        self.given, self.released = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
        self.release = {kind: C.callback(f"void(struct Arrow{kind} *)", lambda held, kind=kind: self.gone(kind, held))
                        for kind in KINDS}
        self.calls = (C.callback("int(struct ArrowArrayStream *, struct ArrowSchema *)", self.get_schema),
                      C.callback("int(struct ArrowArrayStream *, struct ArrowArray *)", self.get_next),
                      C.callback("const char *(struct ArrowArrayStream *)", lambda stream: C.NULL))

    def gone(self, kind, held):
        self.released[kind] += 1
        held.release = C.NULL

    def new(self, what, *value):
        self.keep.append(C.new(what, *value))
        return self.keep[-1]

    def fill(self, kind, held, children, **members):
        """A struct with children of the same kind, which are released with it."""
        self.given[kind] += 1
        made = self.new(f"{KINDS[kind]}[]", [{**child, "release": self.release[kind]} for child in children])
        held.n_children, held.release = len(children), self.release[kind]
        held.children = self.new(f"{KINDS[kind]} *[]", [made + number for number in range(len(children))])
        for name, value in members.items():
            setattr(held, name, value)

    def get_schema(self, stream, out):
        if self.fails == "schema":
            return 22
        number = self.new("char[]", b"f")
        self.fill("Schema", out, [{"format": number, "name": self.new("char[]", name.encode())} for name in self.names],
                  format=self.new("char[]", b"+s"))
        return 0

    def get_next(self, stream, out):
        if self.fails == self.at:
            return 5
        if self.at < len(self.parts):
            values = self.new("float[]", [self.parts[self.at]] * 3)
            buffers = C.cast("const void **", self.new("void *[]", [C.NULL, values]))
            self.at += 1
            self.fill("Array", out, [{"length": 3, "n_buffers": 2, "buffers": buffers}] * len(self.names), length=3,
                      n_buffers=1, buffers=C.cast("const void **", self.new("void *[]", 1)))
        return 0

    def held(self, kind):
        made = capsules.allocate(KINDS[kind])
        return made, C.cast(f"{KINDS[kind]} *", int(ffi.cast("uintptr_t", made)))


class Stream(Producer):
    def __arrow_c_stream__(self, requested_schema=None):
        made, stream = self.held("ArrayStream")
        self.given["ArrayStream"] += 1
        stream.get_schema, stream.get_next, stream.get_last_error = self.calls
        stream.release = self.release["ArrayStream"]
        return capsules.stream_capsule(made)


class Single(Producer):
    def __arrow_c_array__(self, requested_schema=None):
        schema, array = self.held("Schema"), self.held("Array")
        self.get_schema(None, schema[1])
        self.get_next(None, array[1])
        return capsules.schema_capsule(schema[0]), capsules.array_capsule(array[0])


@pytest.mark.parametrize("kind, extra, parts, fails, expected", [
    (Stream, (), [1, 2], None, None), (Stream, (), [], None, None), (Single, (), [1], None, None),
    (Stream, ("none",), [1], None, leadscore.NotFoundError), (Single, ("none",), [1], None, leadscore.NotFoundError),
    (Stream, (), [1], "schema", leadscore.IoError), (Stream, (), [1], 0, leadscore.IoError),
    (Stream, (), [1, 2], 1, leadscore.IoError), (Stream, (), [1, float("inf")], None, leadscore.InvalidArgError),
    (Single, (), [float("inf")], None, leadscore.InvalidArgError)])
def test_all_is_released_once(model, kind, extra, parts, fails, expected):
    calls = [model.score_table, model.contributions_table, lambda table: model.score_leads(table, as_of=AS_OF)]
    for call in calls:
        producer = kind([*model.spec.columns, *extra], parts, fails)
        try:
            call(producer)
            raised = None
        except leadscore.Error as reason:
            raised = type(reason)
        gc.collect()
        assert raised is expected or (call is calls[2] and extra and raised is None)  # to leads it is a property
        assert producer.released == producer.given and sum(producer.given.values()) > 0
