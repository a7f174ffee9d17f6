"""What goes between a process that wants images and the one that decodes them: JSON and bytes.

No pickle: whoever breaks a decoder must not be able to make the other side run code.
"""

import json
import socket
import struct
from typing import Any

_LENGTHS = struct.Struct("<II")

Message = tuple[dict[str, Any], bytes]


def send(channel: socket.socket, head: dict[str, Any], data: bytes) -> None:
    """Sends one message, whole or not at all (then an OSError says why)."""
    text = json.dumps(head).encode()
    channel.sendall(_LENGTHS.pack(len(text), len(data)) + text)
    channel.sendall(data)


def receive(channel: socket.socket) -> Message | None:
    """Returns the next message, or None if the other side has ended."""
    lengths = _read(channel, _LENGTHS.size)
    if lengths is None:
        return None
    text_length, data_length = _LENGTHS.unpack(lengths)
    text, data = _read(channel, text_length), _read(channel, data_length)
    return None if text is None or data is None else (json.loads(text), bytes(data))


def _read(channel: socket.socket, length: int) -> bytearray | None:
    buffer = bytearray(length)
    view = memoryview(buffer)
    while view:
        try:
            count = channel.recv_into(view)
        except ConnectionResetError:
            return None
        if not count:
            return None
        view = view[count:]
    return buffer
