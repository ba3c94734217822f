"""Plain values (what marshal takes) between processes of a run that are forked apart, through descriptors."""
import marshal
import os
import struct

_LENGTH = struct.Struct("=Q")


def _write(fd, data):
    data = memoryview(data)
    while data:
        data = data[os.write(fd, data) :]


def send(sock, message):
    data = marshal.dumps(message)
    _write(sock, _LENGTH.pack(len(data)) + data)


def receive(sock):
    """The message, or None if the other side ended before it was whole."""
    try:
        with open(sock, "rb", closefd=False) as f:
            (length,) = _LENGTH.unpack(f.read(_LENGTH.size))
            return marshal.loads(f.read(length))
    except (struct.error, EOFError, ValueError, TypeError, ConnectionError):
        return None


def memfd(name, message):
    fd = os.memfd_create(name, os.MFD_CLOEXEC)
    _write(fd, marshal.dumps(message))
    return fd


def whole(fd):
    """What stands in a file that others may be writing to, from its beginning."""
    return os.pread(fd, os.fstat(fd).st_size, 0)


def is_plain(value):
    try:
        marshal.dumps(value)
    except ValueError:
        return False
    return True
