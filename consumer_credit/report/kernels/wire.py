"""Jupyter's messages on a stream of bytes: which channel, how many parts, their lengths, the parts."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence

SHELL, IOPUB = b"s", b"i"
"""The two channels of a kernel that a report needs: requests and replies, outputs."""
KEY = b"nobody else holds an end of this pair"
"""Jupyter signs each message, and warns where it may not; here there is nobody to deceive."""
_HEAD = struct.Struct("!cI")
_LENGTH = struct.Struct("!Q")


def to_frame(channel: bytes, parts: Sequence[bytes]) -> bytes:
    """A message, in the parts that `jupyter_client.session.Session.serialize` makes."""
    lengths = b"".join(_LENGTH.pack(len(part)) for part in parts)
    return _HEAD.pack(channel, len(parts)) + lengths + b"".join(parts)


async def read_frame(reader: asyncio.StreamReader) -> tuple[bytes, list[bytes]]:
    """The next message and its channel.

    Raises:
        EOFError: there is none.
    """
    channel, count = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    lengths = [_LENGTH.unpack(await reader.readexactly(_LENGTH.size))[0] for _ in range(count)]
    return channel, [await reader.readexactly(length) for length in lengths]
