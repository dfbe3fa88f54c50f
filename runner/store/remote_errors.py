"""What clients of object stores raise, in words; their own texts may hold addresses that are signed."""

from runner.core.errors import StoreError

_NO_CREDENTIALS = frozenset(
    {
        "CredentialRetrievalError",
        "DefaultCredentialsError",
        "NoCredentialsError",
        "PartialCredentialsError",
        "ProfileNotFound",
        "RefreshError",
        "SSOTokenLoadError",
        "TokenRetrievalError",
        "UnauthorizedSSOTokenError",
    }
)
_UNREACHABLE = frozenset(
    {
        "ClientConnectorError",
        "ClientConnectorDNSError",
        "ClientOSError",
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "ConnectionTimeoutError",
        "EndpointConnectionError",
        "FSTimeoutError",
        "HTTPClientError",
        "ReadTimeoutError",
        "ServerDisconnectedError",
        "TransportError",
    }
)
_MISSING = frozenset({"NoSuchBucket"})
_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412"})


def in_words(error: Exception, address: str) -> StoreError:
    """Say why a remote gave no answer, or a bad one."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & _NO_CREDENTIALS:
        hint = "they come from the environment or the configuration of the object store's own tools"
        return StoreError("remote-denied", f"there are no credentials for '{address}'", hint=hint)
    if isinstance(error, PermissionError) or _status(error) in {"401", "403"}:
        message = f"'{address}' does not allow that{_said(error)}"
        hint = "it takes the right to list, read and write objects; reading alone suffices for plan and pull"
        return StoreError("remote-denied", message, hint=hint)
    if names & _UNREACHABLE or isinstance(error, ConnectionError | TimeoutError):
        message = f"'{address}' cannot be reached"
        return StoreError("remote-unreachable", message, hint="look at the network", retryable=True)
    return StoreError("remote-failed", f"'{address}' failed{_said(error)}", hint="try again later", retryable=True)


def missing_place(address: str) -> StoreError:
    """Say that the bucket or folder is not there."""
    is_folder = address.startswith("file:")
    message = f"there is no {'folder' if is_folder else 'bucket'} for '{address}'"
    hint = "make it, or mend 'remote' under [cache] in runner.toml" + ("; is it mounted?" if is_folder else "")
    return StoreError("remote-missing", message, hint=hint)


def not_installed(address: str, scheme: str) -> StoreError:
    """Say which extra reads an address."""
    extra = scheme if scheme in {"s3", "gs"} else "remote"
    message = f"what reads '{address}' is not installed"
    return StoreError("remote-not-installed", message, hint=f'pip install "edit-runner[{extra}]"')


def is_place_missing(error: Exception) -> bool:
    """Whether not an object, but what should hold it is not there."""
    return _code(error) in _MISSING


def is_empty(error: Exception) -> bool:
    """Whether a part was asked for of an object without a byte."""
    return "InvalidRange" in {_code(error), type(error).__name__} or _status(error) == "416"


def is_conflict(error: Exception) -> bool:
    """Whether an object was not written because another one is there, or is being written."""
    return _code(error) in _CONFLICTS


def _said(error: Exception) -> str:
    """Give the short code of an answer, or what the system says of a file."""
    code = _code(error) or _status(error)
    if code:
        return f": {code}"
    is_of_system = isinstance(error, OSError) and error.errno is not None and error.filename is not None
    return f": {error.strerror}" if is_of_system else f": {type(error).__name__}"  # type: ignore[attr-defined]  # an OSError


def _code(error: BaseException) -> str:
    """The code of an answer of S3, from the client's error or the one behind it."""
    for each in (error, error.__cause__):
        response = getattr(each, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code", ""))[:64]
    return ""


def _status(error: BaseException) -> str:
    """The HTTP status of an answer, where the error has it."""
    code = getattr(error, "code", None) or getattr(error, "status", None)
    return str(code) if isinstance(code, int | str) and str(code).isdigit() else ""
