#!/usr/bin/env python3
"""Write the C source of the extension modules, for CFFI's API mode.

    build_native.py INCLUDE scoring|training OUT.c

What Python may call is what the public headers declare: they are run through the C preprocessor, and
CFFI reads the rest. So a struct that grows, or a new function, is there without a list to keep.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from cffi import FFI

HEADERS = ["leadscore.h", "store.h"]

# What cpp leaves out, being macros.
CONSTANTS = """
#define LSC_TIME_NONE ...
#define LSC_TIME_MIN ...
#define LSC_TIME_MAX ...
#define LSC_VERSION_MAJOR ...
#define LSC_VERSION_MINOR ...
#define LSC_MAX_PAGE ...
"""

# Capsules of the PyCapsule protocol of Arrow: what is in them is released with them, unless it was
# moved out. And what goes through a table block by block, without Python in between.
OWN_CDEF = """
void lscpy_free_schema_capsule(void *capsule);
void lscpy_free_array_capsule(void *capsule);
void lscpy_free_stream_capsule(void *capsule);
void lscpy_describe_table(size_t n_columns, int64_t n_rows, const char *names, char **formats, void **values,
                          struct ArrowSchema *schemas, struct ArrowSchema **schema_children,
                          struct ArrowArray *arrays, struct ArrowArray **array_children,
                          const void **buffers);
void *lscpy_malloc(size_t size);
void lscpy_free(void *block);
lsc_status lscpy_compute(lsc_scorer *scorer, int what, const float *rows, size_t n_rows, size_t n_piece,
                         size_t n_columns, float *out, lsc_error *error);
lsc_status lscpy_compute_table(lsc_scorer *scorer, int what, const lsc_arrow_reader *reader,
                               const struct ArrowArray *array, float *block, size_t n_block,
                               size_t n_columns, float *out, lsc_error *error);
extern "Python" bool lscpy_counted(void *, uint64_t);
extern "Python" bool lscpy_bytes_copied(void *, uint64_t, uint64_t);
extern "Python" bool lscpy_score_kept(void *, const lsc_stored_score *, bool);
extern "Python" int64_t lscpy_now(void *);
extern "Python" bool lscpy_take_bytes(void *, const char *, size_t);
"""

OWN_C = """
#include <stdlib.h>
#include <string.h>

/* An exception may be under way, which a release that is written in Python must not meet. */
#define FREE_CAPSULE(function, type, name) \\
    static void function(void *object) \\
    { \\
        PyObject *raised[3]; \\
        PyErr_Fetch(&raised[0], &raised[1], &raised[2]); \\
        struct type *held = PyCapsule_GetPointer((PyObject *)object, name); \\
        if (held != NULL && held->release != NULL) { \\
            held->release(held); \\
        } \\
        free(held); \\
        PyErr_Restore(raised[0], raised[1], raised[2]); \\
    }
FREE_CAPSULE(lscpy_free_schema_capsule, ArrowSchema, "arrow_schema")
FREE_CAPSULE(lscpy_free_array_capsule, ArrowArray, "arrow_array")
FREE_CAPSULE(lscpy_free_stream_capsule, ArrowArrayStream, "arrow_array_stream")

static lsc_status compute_piece(lsc_scorer *scorer, int what, const float *rows, size_t n_rows,
                                size_t n_columns, float *out, lsc_error *error)
{
    return what == 2 ? lsc_contributions_batch(scorer, rows, n_rows, n_columns, out, error)
                     : lsc_score_batch(scorer, rows, n_rows, n_columns, what == 0 ? out : NULL,
                                       what == 1 ? out : NULL, error);
}

/*
 * Of rows: 0: probabilities, 1: margins, 2: contributions. The library looks at all rows that it is given before it
 * scores them: so they are given [n_piece] at a time, which are still in the cache then. At a fault all are given,
 * for a message that counts rows from the first.
 */
static lsc_status lscpy_compute(lsc_scorer *scorer, int what, const float *rows, size_t n_rows, size_t n_piece,
                                size_t n_columns, float *out, lsc_error *error)
{
    const size_t width = what == 2 ? n_columns + 1 : 1;
    lsc_status status = LSC_OK;
    for (size_t row = 0; row < n_rows && status == LSC_OK; row += n_piece) {
        const size_t n = n_rows - row < n_piece ? n_rows - row : n_piece;
        status = compute_piece(scorer, what, rows + row * n_columns, n, n_columns, out + row * width, error);
    }
    return status == LSC_OK ? LSC_OK
                            : compute_piece(scorer, what, rows, n_rows, n_columns, out, error);
}

/* Of a table: its rows are made in blocks, [n_block][n_columns], each used while it is in the cache. */
static lsc_status lscpy_compute_table(lsc_scorer *scorer, int what, const lsc_arrow_reader *reader,
                                      const struct ArrowArray *array, float *block, size_t n_block,
                                      size_t n_columns, float *out, lsc_error *error)
{
    const size_t n_rows = array->length > 0 ? (size_t)array->length : 0;
    const size_t width = what == 2 ? n_columns + 1 : 1;
    size_t row = 0;
    do {
        const size_t n = n_rows - row < n_block ? n_rows - row : n_block;
        lsc_status status = lsc_arrow_read(reader, array, row, n, block, n_columns, error);
        if (status == LSC_OK && n > 0) {
            status = compute_piece(scorer, what, block, n, n_columns, out + row * width, error);
        }
        if (status != LSC_OK) {
            return status;
        }
        row += n;
    } while (row < n_rows);
    return LSC_OK;
}

static void own_no_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

static void own_no_array(struct ArrowArray *array)
{
    array->release = NULL;
}

/*
 * Describe columns of numbers, whose memory others keep, as a table of Arrow. The names stand one behind the other,
 * each with its NUL. schemas and arrays [n_columns + 1]: the first is the table's, then the columns';
 * buffers [2 * n_columns + 1]. All of them are zeroed.
 */
static void lscpy_describe_table(size_t n_columns, int64_t n_rows, const char *names, char **formats,
                                 void **values, struct ArrowSchema *schemas,
                                 struct ArrowSchema **schema_children, struct ArrowArray *arrays,
                                 struct ArrowArray **array_children, const void **buffers)
{
    schemas[0] = (struct ArrowSchema){.format = "+s", .n_children = (int64_t)n_columns,
                                      .children = schema_children, .release = own_no_schema};
    arrays[0] = (struct ArrowArray){.length = n_rows, .n_buffers = 1, .n_children = (int64_t)n_columns,
                                    .buffers = buffers, .children = array_children,
                                    .release = own_no_array};
    for (size_t i = 0; i < n_columns; i++) {
        const void **own = buffers + 1 + 2 * i;
        own[1] = values[i];
        schemas[i + 1] = (struct ArrowSchema){.format = formats[i], .name = names,
                                              .release = own_no_schema};
        arrays[i + 1] = (struct ArrowArray){.length = n_rows, .n_buffers = 2, .buffers = own,
                                            .release = own_no_array};
        schema_children[i] = &schemas[i + 1];
        array_children[i] = &arrays[i + 1];
        names += strlen(names) + 1;
    }
}

static void *lscpy_malloc(size_t size)
{
    return calloc(1, size);
}

static void lscpy_free(void *block)
{
    free(block);
}
"""

TRAINING_CDEF = """
extern "Python" bool lscpy_progress(void *, const char *, double);
extern "Python" bool lscpy_row_made(void *, const char *, int64_t, const float *, size_t, bool);
"""


def declarations(include, headers):
    """What the headers declare, without anything of the preprocessor."""
    program = "".join(f"#include <leadscore/{header}>\n" for header in headers)
    with tempfile.TemporaryDirectory() as stubs:
        # CFFI knows these types itself.
        for header in ("stddef.h", "stdbool.h"):
            Path(stubs, header).write_text("")
        Path(stubs, "stdint.h").write_text("#define INT64_C(n) n\n#define INT64_MIN INT64_MIN\n")
        command = [*os.environ.get("CC", "cc").split(), "-E", "-P", "-nostdinc", "-U__GNUC__",
                   "-U__clang__", "-I", stubs, "-I", str(include), "-x", "c", "-"]
        done = subprocess.run(command, input=program, text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout


def scoring(include):
    builder = FFI()
    builder.cdef(declarations(include, HEADERS) + CONSTANTS + OWN_CDEF)
    includes = "".join(f"#include <leadscore/{header}>\n" for header in HEADERS)
    builder.set_source("leadscore._native", includes + OWN_C)
    return builder


def training(include):
    builder = FFI()
    builder.include(scoring(include))
    known = declarations(include, HEADERS)
    every = declarations(include, [*HEADERS, "train.h"])
    if not every.startswith(known):
        sys.exit("build_native.py: train.h is not declared behind the others")
    builder.cdef(every[len(known):] + TRAINING_CDEF)
    includes = "".join(f"#include <leadscore/{header}>\n" for header in [*HEADERS, "train.h"])
    builder.set_source("leadscore._training_native", includes)
    return builder


def main(include, module, out):
    {"scoring": scoring, "training": training}[module](Path(include)).emit_c_code(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
