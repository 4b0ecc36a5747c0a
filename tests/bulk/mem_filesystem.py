"""A filesystem in memory for Beam, in the place of those that need a network."""

import contextlib
import io
from typing import ClassVar

from apache_beam.io.filesystem import CompressionTypes, FileMetadata, FileSystem


class _Written(io.BytesIO):
    def __init__(self, path):
        super().__init__()
        self.path = path

    def close(self):
        if not self.closed:
            MemoryFileSystem.files[self.path] = self.getvalue()
        super().close()


class MemoryFileSystem(FileSystem):
    """`mem://BUCKET/NAME`; renaming over a file that is there fails, as HDFS has it."""

    files: ClassVar = {}
    full = False

    @classmethod
    @contextlib.contextmanager
    def emptied(cls):
        cls.files.clear()
        cls.full = False
        yield cls.files
        cls.files.clear()
        cls.full = False

    @classmethod
    def scheme(cls):
        return "mem"

    def join(self, basepath, *paths):
        return "/".join([basepath.rstrip("/"), *paths])

    def split(self, path):
        head, _, tail = path.rpartition("/")
        return head, tail

    def mkdirs(self, path):
        pass

    def has_dirs(self):
        return False

    def _list(self, dir_or_prefix):
        for name in sorted(self.files):
            if name.startswith(dir_or_prefix):
                yield self.metadata(name)

    def create(self, path, mime_type="", compression_type=CompressionTypes.AUTO):
        if self.full:
            raise OSError("no space")
        return _Written(path)

    def open(self, path, mime_type="", compression_type=CompressionTypes.AUTO):
        return io.BytesIO(self.files[path])

    def copy(self, source_file_names, destination_file_names):
        for source, target in zip(source_file_names, destination_file_names):
            self.files[target] = self.files[source]

    def rename(self, source_file_names, destination_file_names):
        for source, target in zip(source_file_names, destination_file_names):
            if target in self.files:
                raise OSError(f"{target} is there")
            self.files[target] = self.files.pop(source)

    def exists(self, path):
        return path in self.files

    def size(self, path):
        return len(self.files[path])

    def last_updated(self, path):
        return 0.0

    def checksum(self, path):
        return str(self.size(path))

    def metadata(self, path):
        return FileMetadata(path, self.size(path), 0.0)

    def delete(self, paths):
        for path in paths:
            self.files.pop(path, None)
