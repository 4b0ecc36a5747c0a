"""Runs a SavedModel through the C API, which loads as TF Serving does, without Python TensorFlow.

A script of its own: `c_api_runner.py LIBRARIES MODEL JOBS.json IN.npz OUT.npz OPTIONS`. A job is a
dict of "inputs" and "outputs", lists of [key in the npz, operation, index]. Strings travel as uint8
arrays with their lengths, keys ".bytes" and ".lengths". Options are a ConfigProto in hexadecimal,
empty for those of TensorFlow.
"""

import ctypes
import glob
import json
import os
import sys

import numpy as np

STRING, STRING_SIZE = 7, 24  # TF_STRING, sizeof(TF_TString)
TYPES = {1: np.float32, 3: np.int32, 4: np.uint8, 7: None, 9: np.int64}
NUMBERS = {np.dtype(kind): number for number, kind in TYPES.items() if kind is not None}

pointer, integer, size, text = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t, ctypes.c_char_p


class Port(ctypes.Structure):
    _fields_ = (("operation", pointer), ("index", integer))


def load_library(directory):
    # The first holds what the second needs.
    for name in ("libtensorflow_framework.so*", "libtensorflow_cc.so*"):
        library = ctypes.CDLL(sorted(glob.glob(os.path.join(directory, name)))[-1])
    for name, result in {
        "TF_NewStatus": pointer,
        "TF_NewGraph": pointer,
        "TF_NewSessionOptions": pointer,
        "TF_LoadSessionFromSavedModel": pointer,
        "TF_GraphOperationByName": pointer,
        "TF_AllocateTensor": pointer,
        "TF_TensorData": pointer,
        "TF_StringGetDataPointer": pointer,
        "TF_StringGetSize": size,
        "TF_TensorByteSize": size,
        "TF_Dim": ctypes.c_int64,
        "TF_Message": text,
    }.items():
        getattr(library, name).restype = result
    return library


class Session:
    def __init__(self, libraries, model, settings):
        self.library = load_library(libraries)
        self.status = pointer(self.library.TF_NewStatus())
        self.graph = pointer(self.library.TF_NewGraph())
        options = pointer(self.library.TF_NewSessionOptions())
        self.library.TF_SetConfig(options, settings, size(len(settings)), self.status)
        self.require_fine()
        tags = (text * 1)(b"serve")
        session = self.library.TF_LoadSessionFromSavedModel(
            options, None, model.encode(), tags, 1, self.graph, None, self.status
        )
        self.require_fine()
        self.session = pointer(session)

    def require_fine(self):
        if self.library.TF_GetCode(self.status):
            sys.exit("C API: " + self.library.TF_Message(self.status).decode())

    def port(self, operation, index):
        found = self.library.TF_GraphOperationByName(self.graph, operation.encode())
        assert found, operation
        return Port(found, index)

    def run(self, inputs, outputs):
        """Inputs are ((operation, index), array or list of bytes); outputs (operation, index)."""
        fed = (pointer * len(inputs))(*[self.tensor(value) for _, value in inputs])
        got = (pointer * len(outputs))()
        self.library.TF_SessionRun(
            self.session,
            None,
            (Port * len(inputs))(*[self.port(*place) for place, _ in inputs]),
            fed,
            len(inputs),
            (Port * len(outputs))(*[self.port(*place) for place in outputs]),
            got,
            len(outputs),
            None,
            0,
            None,
            self.status,
        )
        self.require_fine()
        return [self.array(pointer(tensor)) for tensor in got]

    def tensor(self, value):
        library = self.library
        if isinstance(value, list):
            tensor = self.allocate(STRING, [len(value)], STRING_SIZE * len(value))
            start = library.TF_TensorData(pointer(tensor))
            for number, item in enumerate(value):
                place = pointer(start + STRING_SIZE * number)
                library.TF_StringInit(place)
                library.TF_StringCopy(place, item, size(len(item)))
            return tensor
        value = np.ascontiguousarray(value)
        tensor = self.allocate(NUMBERS[value.dtype], value.shape, value.nbytes)
        source = pointer(value.ctypes.data)
        ctypes.memmove(library.TF_TensorData(pointer(tensor)), source, value.nbytes)
        return tensor

    def allocate(self, kind, shape, length):
        sides = (ctypes.c_int64 * len(shape))(*shape)
        return self.library.TF_AllocateTensor(kind, sides, len(shape), size(length))

    def array(self, tensor):
        library = self.library
        shape = [library.TF_Dim(tensor, axis) for axis in range(library.TF_NumDims(tensor))]
        start, kind = library.TF_TensorData(tensor), library.TF_TensorType(tensor)
        if kind == STRING:
            places = [pointer(start + STRING_SIZE * number) for number in range(shape[0])]
            return [
                ctypes.string_at(
                    library.TF_StringGetDataPointer(place), library.TF_StringGetSize(place)
                )
                for place in places
            ]
        data = ctypes.string_at(start, library.TF_TensorByteSize(tensor))
        return np.frombuffer(data, TYPES[kind]).reshape(shape)


def pack(key, value):
    """A value as arrays of an npz."""
    if isinstance(value, list):
        lengths = np.array([len(item) for item in value], np.int64)
        return {f"{key}.bytes": np.frombuffer(b"".join(value), np.uint8), f"{key}.lengths": lengths}
    return {key: value}


def unpack(arrays, key):
    if key in arrays:
        return arrays[key]
    ends = np.cumsum(arrays[f"{key}.lengths"])
    data = arrays[f"{key}.bytes"].tobytes()
    return [data[end - length : end] for end, length in zip(ends, arrays[f"{key}.lengths"])]


def main(libraries, model, jobs_file, in_file, out_file, options):
    session = Session(libraries, model, bytes.fromhex(options))
    with open(jobs_file) as file:
        jobs = json.load(file)
    with np.load(in_file) as arrays:
        given = dict(arrays)
    results = {}
    for job in jobs:
        inputs = [
            ((operation, index), unpack(given, key)) for key, operation, index in job["inputs"]
        ]
        places = [(where, index) for _, where, index in job["outputs"]]
        for (key, _, _), value in zip(job["outputs"], session.run(inputs, places)):
            results.update(pack(key, value))
    np.savez(out_file, **results)
    assert "tensorflow" not in sys.modules


if __name__ == "__main__":
    main(*sys.argv[1:])
