"""One Node process, and frames to and from it."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import tempfile
import threading
import time
import weakref
from typing import IO, Any

from . import _program
from ._given import as_json
from .errors import CotwinError, ProgramError, error_from

HELLO, RESET, STEP, CALL, FAILURE = 1, 2, 3, 4, 9
PROTOCOL = 1

HEADER = struct.Struct("<IB3x")
_SECONDS_TO_END = 1.0
_SECONDS_TO_HEAR = 0.2
_AHEAD_BYTES = 1 << 14
_PIPE_BYTES = 1 << 20
_MOST_BYTES = 1 << 30
_F_SETPIPE_SZ = 1031

_open: "weakref.WeakSet[Client]" = weakref.WeakSet()


class Client:
    """Talks to a Node process of its own, which ends with this object, with the interpreter, or with this process."""

    def __init__(self, words: list[str]) -> None:
        # What it says goes to a file without a name: shown where it dies.
        self._words: IO[bytes] = tempfile.TemporaryFile()
        extra: dict[str, Any] = {}
        if os.name == "posix":
            # Ctrl-C in a terminal is for Python, which closes the pipe.
            extra["start_new_session"] = True
        try:
            self._process = subprocess.Popen(
                [*words, "serve-env"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                bufsize=0,
                **extra,
            )
        except OSError as error:
            raise ProgramError(f"{words[0]} could not be started: {error}") from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._in = self._process.stdin.fileno()
        self._out = self._process.stdout.fileno()
        self._enlarge()
        self._owner = os.getpid()
        self._broken: str | None = None
        # From a request to its answer: whoever asks in between would be given the answer to another question.
        self._asking = threading.Lock()
        self._ahead = memoryview(bytearray(_AHEAD_BYTES))
        self._finalizer = weakref.finalize(self, _end, self._process, self._words, self._owner)
        _open.add(self)

    @property
    def pid(self) -> int:
        """The number of the Node process."""
        return self._process.pid

    @property
    def closed(self) -> bool:
        return not self._finalizer.alive

    def send(self, kind: int, body: bytes) -> None:
        """Sends a frame with this body."""
        self.send_frame(memoryview(HEADER.pack(len(body), kind) + body))

    def send_frame(self, frame: memoryview) -> None:
        """Sends a frame, header and body."""
        self.check()
        if not self._asking.acquire(blocking=False):
            raise CotwinError(
                "another request is on its way: an environment is for one thread at a time; open one in each"
            )
        try:
            while sent := os.write(self._in, frame):
                if sent == len(frame):
                    break
                frame = frame[sent:]
        except OSError as error:
            raise self._ended() from error
        except BaseException:
            self._break("an exception came while a request was on its way")
            raise

    def receive(self, kind: int, into: memoryview | None = None) -> bytes | None:
        """The answer's body, of this kind; written into `into` where that is given and it is as long."""
        # A short answer is read in one call, and not in place: it may be a failure, after which everything is as it was.
        most = HEADER.size + (len(into) if into is not None else 0)
        ahead = self._ahead[: most if most <= len(self._ahead) else HEADER.size]
        try:
            more = self._fill(ahead, HEADER.size) - HEADER.size
            size, got = HEADER.unpack_from(ahead)
            if got == kind and into is not None and size == len(into):
                into[:more] = ahead[HEADER.size : HEADER.size + more]
                if more < size:
                    self._fill(into[more:])
                self._asking.release()
                return None
            if got not in (kind, FAILURE) or size > _MOST_BYTES:
                raise ProgramError(
                    f"an answer of kind {got} and {size} bytes, expected kind {kind}: what was started is not cotwin's "
                    "serve-env, or of another version"
                )
            body = bytearray(size)
            body[:more] = ahead[HEADER.size : HEADER.size + more]
            self._fill(memoryview(body)[more:])
            self._asking.release()
        except BaseException:
            self._break("an exception came while an answer was on its way")
            raise
        if got == FAILURE:
            raise error_from(json.loads(body.decode()))
        if into is not None:
            self._break("an answer was of another size than was expected")
            raise ProgramError(f"an answer of {size} bytes, expected {len(into)}")
        return bytes(body)

    def call(self, kind: int, said: object) -> Any:
        """Asks and answers in JSON."""
        self.send(kind, as_json("what was given", said).encode())
        body = self.receive(kind)
        assert body is not None
        return json.loads(body.decode())

    def __reduce__(self) -> Any:
        raise CotwinError(
            "an environment cannot be copied or pickled: it is a process; open another where it is wanted, "
            "or hand on a function that does"
        )

    def close(self) -> None:
        """Ends the process; nothing happens where that is done already."""
        self._broken = self._broken or "it is closed"
        if self._asking.locked() and self._finalizer.alive and self._owner == os.getpid():
            # Another thread may wait for an answer: it hears of the end before what it reads from is gone.
            self._process.kill()
            until = time.monotonic() + _SECONDS_TO_HEAR
            while self._finalizer.alive and time.monotonic() < until:
                time.sleep(0.005)
        self._finalizer()

    def _fill(self, view: memoryview, least: int | None = None) -> int:
        """Reads as much as there is room for, or at least so many bytes; returns how many."""
        filled, needed = 0, len(view) if least is None else least
        while filled < needed:
            try:
                read = os.readv(self._out, [view]) if hasattr(os, "readv") else self._read_into(view)
            except InterruptedError:
                continue
            except OSError as error:
                raise self._ended() from error
            if read == 0:
                raise self._ended()
            filled += read
            view = view[read:]
        return filled

    def _read_into(self, view: memoryview) -> int:
        stdout: Any = self._process.stdout
        return int(stdout.readinto(view) or 0)

    def check(self) -> None:
        """Raises where it cannot be used: closed, broken, or another process's."""
        if self._owner != os.getpid():
            raise CotwinError(
                "this environment was opened by another process (a fork); open one in each process that uses it"
            )
        if self._broken is not None:
            raise ProgramError(f"the environment cannot be used: {self._broken}")

    def _break(self, reason: str) -> None:
        """After an interrupted exchange nobody knows which answer belongs to what: ends the process."""
        if self._broken is None:
            self._broken = reason
            self._finalizer()

    def _ended(self) -> ProgramError:
        try:
            code = self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            code = None
        if code is None:
            how = "closed its end and goes on"
        elif code < 0:
            how = f"was ended by {signal.Signals(-code).name}"
        else:
            how = f"ended with code {code}"
        text = f"the cotwin process (number {self.pid}) {how}"
        last = self._last_words()
        self._break(text)
        return ProgramError(f"{text}\n{last}" if last else text)

    def _last_words(self) -> str:
        try:
            self._words.seek(0, os.SEEK_END)
            self._words.seek(max(0, self._words.tell() - 4000))
            return self._words.read().decode(errors="replace").strip()
        except (OSError, ValueError):
            return ""

    def _enlarge(self) -> None:
        """A frame of many environments goes through a larger pipe in one piece; where the system has no such thing, not."""
        try:
            import fcntl

            for descriptor in (self._in, self._out):
                fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _PIPE_BYTES)
        except (ImportError, OSError):
            pass


def _end(process: "subprocess.Popen[bytes]", words: IO[bytes], owner: int) -> None:
    """Closes the pipes, which ends the process; kills one that does not hear of it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:
                pass
    words.close()
    if owner != os.getpid():
        return
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _after_fork() -> None:
    """A forked child must not keep its parent's processes alive: it closes its copies of the pipes."""
    for client in list(_open):
        client._finalizer()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
