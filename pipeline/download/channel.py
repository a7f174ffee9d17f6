"""What goes between a process that wants images and the one that decodes them: JSON and bytes.

No pickle: whoever breaks a decoder must not be able to make the other side run code.
"""

import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct("<II")

# What the process that bears decoders says of them: one began, or ended with a status of `waitpid`.
REPORT = struct.Struct("<cii")
BEGAN, ENDED = b"b", b"e"

Message = tuple[dict[str, Any], bytes]


def pack_head(head: dict[str, Any], data_length: int) -> bytes:
    """Returns what goes before the data of a message."""
    text = json.dumps(head).encode()
    return _LENGTHS.pack(len(text), data_length) + text


def unpack(buffer: bytes | bytearray) -> Message | None:
    """Returns the message that `buffer` holds, or None if it is not yet whole."""
    start = _LENGTHS.size
    if len(buffer) < start:
        return None
    text_length, data_length = _LENGTHS.unpack_from(buffer)
    middle = start + text_length
    if len(buffer) < middle + data_length:
        return None
    return json.loads(buffer[start:middle]), bytes(buffer[middle : middle + data_length])


def send(channel: socket.socket, head: dict[str, Any], data: bytes) -> None:
    """Sends one message, whole or not at all (then an OSError says why)."""
    channel.sendall(pack_head(head, len(data)))
    channel.sendall(data)


def receive(channel: socket.socket) -> Message | None:
    """Returns the next message, or None if the other side has ended; `channel` must block."""
    lengths = _read(channel, _LENGTHS.size)
    if lengths is None:
        return None
    text_length, data_length = _LENGTHS.unpack(lengths)
    text, data = _read(channel, text_length), _read(channel, data_length)
    return None if text is None or data is None else (json.loads(text), data)


def _read(channel: socket.socket, length: int) -> bytes | None:
    try:
        # One call as a rule; a signal may cut it short.
        found = channel.recv(length, socket.MSG_WAITALL)
        while 0 < len(found) < length:
            more = channel.recv(length - len(found), socket.MSG_WAITALL)
            if not more:
                return None
            found += more
    except ConnectionResetError:
        return None
    return found if len(found) == length else None
