"""One worker process and the pipe to it."""

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import TypeAlias

from runner.core.errors import ProviderError
from runner.providers.memory import hold_memory
from runner.providers.shelf import SHELF

Call: TypeAlias = tuple[Callable[..., object], tuple[object, ...], Mapping[str, object]]

_INTERRUPTS = {signal.SIGINT, signal.SIGTERM}
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)


class Gone(Exception):
    """The process ended instead of answering."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a worker process may use of the machine.

    Attributes:
        threads: Of numerical libraries.
        kept_bytes: For the photos it had last (see `runner.providers.shelf`), and twice as much that is free for the
            next; 0 gives everything back.
    """

    threads: int
    kept_bytes: int


class WorkerProcess:
    """A process that answers one call after the other; it ends when we end, however that happens.

    Its methods block: they belong into a thread. ``kill`` may be called from another one.

    Args:
        allowance: What it may use.
    """

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._lock = threading.Lock()
        self._started: tuple[multiprocessing.process.BaseProcess, Connection] | None = None
        self._killed = False

    def call(self, function: Callable[..., object], args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
        """Give what the function returns; an exception it raises is given as a value.

        Raises:
            Gone: the process ended instead.
        """
        process, connection = self._start()
        try:
            connection.send((function, args, kwargs))
            answer: object = connection.recv()
        except (EOFError, OSError) as error:
            connection.close()
            process.join()
            raise Gone(process.exitcode or 0) from error
        return answer

    def kill(self) -> None:
        """End the process at once and wait until it is gone; twice is safe."""
        with self._lock:
            self._killed = True
            started = self._started
        if started is not None:
            started[0].kill()
            started[0].join()

    def _start(self) -> tuple[multiprocessing.process.BaseProcess, Connection]:
        with self._lock:
            if self._killed:
                raise Gone(-signal.SIGTERM)
            if self._started is None:
                self._started = _spawn(self._allowance)
            return self._started


def serve(connection: Connection, allowance: Allowance) -> None:
    """Answer calls until the other end of the pipe is closed; what runs in the worker process.

    Ctrl-C reaches every process of the terminal, but what a worker does is for its parent to decide.
    """
    for number in _INTERRUPTS:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)
    for variable in _THREAD_VARIABLES:
        os.environ[variable] = str(allowance.threads)
    SHELF.most_bytes = allowance.kept_bytes
    if allowance.kept_bytes:
        hold_memory(2 * allowance.kept_bytes)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            connection.send_bytes(_answer(connection.recv()))


def _answer(call: Call) -> bytes:
    function, args, kwargs = call
    try:
        answer: object = function(*args, **kwargs)
    except MemoryError:
        answer = ProviderError("out-of-memory", "memory ran out", hint="runner resume --jobs 1", retryable=True)
    except Exception as error:  # noqa: BLE001 - it is raised again on the other side
        answer = _portable(error)
    return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)


def _portable(error: Exception) -> Exception:
    """Give an exception that survives the way to another process, with the place it came from."""
    text = "".join(traceback.format_exception(error))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - an exception class may do anything when it is made again
        return RuntimeError(text)
    error.add_note(text)
    return error


def _spawn(allowance: Allowance) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs, allowance), daemon=True)
    with _interrupts_blocked():
        process.start()
    theirs.close()
    return process, ours


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Let a child begin with Ctrl-C blocked, so that none reaches it before it ignores them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # started later, by the first child, it would unblock them again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
