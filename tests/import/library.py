"""libleadscore through ctypes: what the check of import needs of it."""

import ctypes
from ctypes import POINTER, Structure, byref, c_bool, c_char, c_char_p, c_double, c_float, c_int, c_int64
from ctypes import c_size_t, c_void_p

import numpy as np


class Error(Structure):
    _fields_ = [("status", c_int), ("offset", c_int64), ("message", c_char * 512)]


class ModelInfo(Structure):
    _fields_ = [("size", c_size_t), ("name", c_char_p), ("version", c_char_p), ("model_type", c_char_p),
                ("engine", c_int), ("gate_passed", c_bool), ("calibrated", c_bool),
                ("n_features", c_size_t), ("n_columns", c_size_t), ("n_trees", c_size_t),
                ("n_nodes", c_size_t), ("max_depth", c_size_t), ("sha256", c_char_p),
                ("spec_sha256", c_char_p)]


class Result(Structure):
    _fields_ = [("size", c_size_t), ("status", c_int), ("score", c_int), ("grade", c_char),
                ("probability", c_double), ("probability_low", c_double), ("probability_high", c_double),
                ("confidence", c_double), ("margin", c_float), ("raw_probability", c_float),
                ("points", c_double)]


class LeadscoreError(Exception):
    pass


def pointer(array):
    return array.ctypes.data_as(POINTER(c_float))


class Library:
    def __init__(self, path):
        self.c = ctypes.CDLL(str(path))

    def check(self, status, error):
        if status != 0:
            raise LeadscoreError(error.message.decode())

    def load(self, path):
        model, error = c_void_p(), Error()
        self.check(self.c.lsc_model_load_file(str(path).encode(), None, byref(model), byref(error)), error)
        return Model(self, model)


class Model:
    """A model and a scorer of it. Arrays are float32, rows by columns."""

    def __init__(self, library, handle):
        self.library, self.handle = library, handle
        self.scorer, error = c_void_p(), Error()
        library.check(library.c.lsc_scorer_new(handle, None, byref(self.scorer), byref(error)), error)

    def close(self):
        self.library.c.lsc_scorer_free(self.scorer)
        self.library.c.lsc_model_unref(self.handle)

    def info(self):
        info, error = ModelInfo(ctypes.sizeof(ModelInfo)), Error()
        self.library.check(self.library.c.lsc_model_get_info(self.handle, byref(info), byref(error)), error)
        return info

    def margins(self, rows):
        out, error = np.empty(len(rows), np.float32), Error()
        self.library.check(self.library.c.lsc_score_batch(
            self.scorer, pointer(rows), c_size_t(len(rows)), c_size_t(rows.shape[1]), None, pointer(out),
            byref(error)), error)
        return out

    def raw(self, rows):
        """Margins and XGBoost's sigmoid, row by row."""
        margins, sigmoids = np.empty(len(rows), np.float32), np.empty(len(rows), np.float32)
        result, error = Result(ctypes.sizeof(Result)), Error()
        for i, row in enumerate(rows):
            self.library.check(self.library.c.lsc_score_vector(
                self.scorer, pointer(row), c_size_t(len(row)), byref(result), byref(error)), error)
            margins[i], sigmoids[i] = result.margin, result.raw_probability
        return margins, sigmoids

    def contributions(self, rows):
        out, error = np.empty((len(rows), rows.shape[1] + 1), np.float32), Error()
        self.library.check(self.library.c.lsc_contributions_batch(
            self.scorer, pointer(rows), c_size_t(len(rows)), c_size_t(rows.shape[1]), pointer(out),
            byref(error)), error)
        return out

    def score_json(self, lead):
        """The margin of a lead, in JSON, without activities."""
        result, error = Result(ctypes.sizeof(Result)), Error()
        text = lead.encode()
        self.library.check(self.library.c.lsc_score_json(
            self.scorer, text, c_size_t(len(text)), None, c_size_t(0), c_int64(0), byref(result),
            byref(error)), error)
        return np.float32(result.margin)
