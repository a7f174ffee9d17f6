"""What no one who makes such a pool can do without: receive, decode, average areas, encode.

Usage: python -m benchmarks.download_limit PORT COUNT. One connection at a time, no checks, nothing
written.
"""

import socket
import sys
from collections.abc import Iterator

IMAGE_SIZE = 256
QUALITY = 95
PER_CONNECTION = 500  # nginx ends one after 1,000 requests


def run(port: int, count: int) -> None:
    """Does it for the photos `/000000.jpg` and so on of a server on loopback."""
    import cv2
    import simplejpeg

    cv2.setNumThreads(1)
    quality = [int(cv2.IMWRITE_JPEG_QUALITY), QUALITY]
    for body in _receive(port, count):
        pixels = simplejpeg.decode_jpeg(body, "BGR")
        height, width = pixels.shape[:2]
        scale = IMAGE_SIZE / min(height, width)
        size = (round(width * scale), round(height * scale))
        cv2.imencode(".jpg", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), quality)


def _receive(port: int, count: int) -> Iterator[bytes]:
    for first in range(0, count, PER_CONNECTION):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            stream = connection.makefile("rb")
            for number in range(first, min(first + PER_CONNECTION, count)):
                connection.sendall(f"GET /{number:06d}.jpg HTTP/1.1\r\nHost: a\r\n\r\n".encode())
                length = 0
                while (line := stream.readline()) not in (b"\r\n", b""):
                    name, _, value = line.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                yield stream.read(length)


if __name__ == "__main__":
    run(int(sys.argv[1]), int(sys.argv[2]))
