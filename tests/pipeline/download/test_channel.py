import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.download.channel import pack_head, receive, send, unpack


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none()), st.binary())
def test_a_message_arrives_as_it_was_sent(head: dict, data: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, head, data)
        assert receive(theirs) == (head, data)


def test_a_message_larger_than_any_buffer_arrives() -> None:
    ours, theirs = socket.socketpair()
    data = bytes(range(256)) * 40_000
    with ours, theirs:
        sender = threading.Thread(target=send, args=(ours, {"a": 1}, data))
        sender.start()
        assert receive(theirs) == ({"a": 1}, data)
        sender.join()


@pytest.mark.parametrize("sent", [b"", b"\1", b"\2\0\0\0\0\0\0\0{", b"\2\0\0\0\5\0\0\0{}abc"])
def test_an_end_in_the_middle_is_an_end(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(sent)
        assert receive(theirs) is None


@given(st.dictionaries(st.text(), st.integers()), st.binary(), st.data())
def test_a_message_is_whole_only_with_its_last_byte(
    head: dict, data: bytes, choice: st.DataObject
) -> None:
    message = pack_head(head, len(data)) + data
    cut = choice.draw(st.integers(0, len(message) - 1))
    assert unpack(message[:cut]) is None
    assert unpack(bytearray(message)) == (head, data)
