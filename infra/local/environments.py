"""Execution environments of our functions: as on Lambda, each serves one call at a time and is used again."""

import importlib.util
import json
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NoReturn

from infra.functions import FUNCTIONS, Function

ROOT: Final = Path(__file__).resolve().parents[2]

Handler = Callable[[Any, "Context"], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a handler about its call."""

    function_name: str
    memory_limit_in_mb: int
    timeout_s: int
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"

    @property
    def invoked_function_arn(self) -> str:
        """Name the function as AWS does."""
        return function_arn(self.function_name)

    def get_remaining_time_in_millis(self) -> int:
        """Return the whole time; this machine ends no call."""
        return self.timeout_s * 1000


class UnknownFunction(LookupError):
    """A state machine asks for a function that ``infra/functions.py`` does not list."""


class Environments:
    """The environments of one function: as many as were ever needed at once.

    Chalice keeps the request on the app object, so two threads must never share one.
    """

    def __init__(self, function: Function, sources: Path = ROOT / "functions") -> None:
        """Load the first environment, so that mistakes show at start."""
        self.function = function
        self._app = sources / function.folder / "app.py"
        first = self._load()
        self.handler = first
        self._free = deque([first])

    def invoke(self, event: Any) -> Any:
        """Call the handler; event and answer pass through JSON as they would on their way to Lambda and back."""
        try:
            handler = self._free.pop()
        except IndexError:
            handler = self._load()
        try:
            context = Context(self.function.name, self.function.memory_mb, self.function.timeout_s)
            return json.loads(json.dumps(handler(json.loads(json.dumps(event)), context)))
        finally:
            self._free.append(handler)

    def _load(self) -> Handler:
        name = f"functions.{self.function.folder}.app"
        spec = importlib.util.spec_from_file_location(name, self._app)
        if spec is None or spec.loader is None:
            raise ImportError(f"cannot load {self._app}")
        # Not in sys.modules: every environment gets an app object of its own, everything else is shared.
        module: ModuleType = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        handler: Handler = getattr(module, self.function.handler)
        return handler


class Lambda:
    """All functions of ``infra/functions.py``, called by name."""

    def __init__(self, functions: tuple[Function, ...] = FUNCTIONS, sources: Path = ROOT / "functions") -> None:
        """Name the functions; none is loaded yet."""
        self._listed, self._sources = functions, sources
        self.functions: Mapping[str, Environments] = {}

    def load(self) -> None:
        """Load every function once; what they read from the environment when they are loaded must be there."""
        self.functions = {function.name: Environments(function, self._sources) for function in self._listed}

    def invoke(self, name: str, event: Any) -> Any:
        """Call a function; raise UnknownFunction, or whatever the function raises."""
        return (self.functions.get(name) or _unknown(name)).invoke(event)


def function_arn(name: str) -> str:
    """Name a function as AWS does."""
    return f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"


def _unknown(name: str) -> NoReturn:
    raise UnknownFunction(name)
