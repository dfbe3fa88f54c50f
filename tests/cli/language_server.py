"""A language server in a process of its own, spoken to as an editor does: JSON-RPC over its standard streams."""

import json
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Queue
from typing import Any, Self

Message = dict[str, Any]


class LanguageServer:
    """Yaml-language-server with the schemas that files name themselves, and none from the network."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen([*command, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._heard: Queue[Message | None] = Queue()
        self._last_id = 0
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def __enter__(self) -> Self:
        self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": _CAPABILITIES})
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": _SETTINGS})
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def open(self, path: Path) -> list[Message]:
        """Open a file; give what is wrong in it."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": path.read_text()}
        self.tell("textDocument/didOpen", {"textDocument": document})
        said = self._wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == path.as_uri()
            )
        )
        found: list[Message] = said["params"]["diagnostics"]
        return found

    def complete(self, path: Path, line: int, column: int) -> set[str]:
        """Give what may be typed at a place, counted from 0."""
        position = {"textDocument": {"uri": path.as_uri()}, "position": {"line": line, "character": column}}
        answer = self.ask("textDocument/completion", position)
        return {item["label"] for item in answer["items"]}

    def ask(self, method: str, params: Message) -> Any:
        """Send a request and wait for its answer."""
        self._last_id += 1
        number = self._last_id
        self._send({"id": number, "method": method, "params": params})
        return self._wait(lambda message: message.get("id") == number and "method" not in message)["result"]

    def tell(self, method: str, params: Message) -> None:
        """Send what has no answer."""
        self._send({"method": method, "params": params})

    def _wait(self, is_meant: Callable[[Message], bool]) -> Message:
        while True:
            message = self._heard.get(timeout=60)
            assert message is not None, "the language server ended"
            if is_meant(message):
                return message

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        """Read messages; what the server asks an editor is answered here."""
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if not header.lower().startswith(b"content-length:"):
                continue
            while stream.readline().strip():
                continue
            message = json.loads(stream.read(int(header.split(b":")[1])))
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": _answer(message)})
            else:
                self._heard.put(message)
        self._heard.put(None)


def _answer(asked: Message) -> object:
    if asked["method"] != "workspace/configuration":
        return None
    return [_SETTINGS.get(item.get("section"), {}) for item in asked["params"]["items"]]


_SETTINGS: dict[str, Any] = {
    "yaml": {"schemaStore": {"enable": False}, "validate": True, "completion": True},
    "http": {},
}
_CAPABILITIES: dict[str, Any] = {
    "workspace": {"configuration": True},
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}},
}
