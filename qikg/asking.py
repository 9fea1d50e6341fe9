"""Makes a subcommand of `qikg ask` from the head of each question."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from qikg.cli import FormatOption, OutOption, StoreOption, _give, _graph, _renderer, _say
from qikg.ontology.errors import UsageError

if TYPE_CHECKING:
    from qikg.queries.head import Parameter, Question

_Text = Optional[str]  # noqa: UP045 (typer reads these at run time)
_Texts = Optional[list[str]]  # noqa: UP045
_File = Optional[Path]  # noqa: UP045


def register(app: typer.Typer, arguments: Sequence[str]) -> None:
    """Add the questions to the command; only the one that is asked is built in full.

    Raises UsageError, with the nearest name, where that one does not exist.
    """
    from qikg.queries import packaged

    rest = arguments[list(arguments).index("ask") + 1 :]
    asked = rest[0] if rest and not rest[0].startswith("-") else None
    catalogue = packaged()
    for name in [asked] if asked is not None else catalogue:
        question = catalogue[name]
        command = app.command(name, help=_help(question), short_help=question.title, epilog=_example(question))
        command(_command(question))


def _command(question: Question) -> Callable[..., None]:
    from qikg.queries.parameters import option

    def run(**given: Any) -> None:
        format = given.pop("format")
        renderer = _renderer(format)
        out, store = given.pop("out"), given.pop("store")
        known = {name: value for name, value in given.items() if value not in (None, [], ())}
        with _graph(store) as graph:
            answer = graph.ask(question.name, **known)
        _give(renderer(answer), out)
        if format in {"csv", "jsonl"}:
            _say("\n".join(answer.notes))

    options = [
        _option(name, list[str] if parameter.type == "premises" else str, option(name), _parameter_help(parameter))
        for name, parameter in question.parameters.items()
        if name != "status"
    ]
    if question.roles.status is not None or "status" in question.parameters:
        options.append(_option("status", str, "--status", "Keep what is known at least so well: stated, or inferred."))
    if question.roles.reach is not None:
        reach = "Keep what reaches at least so far: same, carries, near, possible, related."
        options.append(_option("reach", str, "--reach", reach))
    if question.roles.span is not None:
        text = "Show the words, from your copy of the study's text. Nothing of it is stored."
        options.append(_option("text", Path, "--text", text))
    common = [("format", FormatOption, "table"), ("out", OutOption, None), ("store", StoreOption, None)]
    options += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, annotation, default in common
    ]
    run.__signature__ = inspect.Signature(options)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in options}
    return run


def _option(name: str, kind: object, flag: str, text: str) -> inspect.Parameter:
    annotation = {str: _Text, Path: _File}.get(kind, _Texts)  # type: ignore[call-overload]
    return inspect.Parameter(
        f"{name}_" if iskeyword(name) else name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[annotation, typer.Option(flag, help=text)],
        default=None,
    )


def _parameter_help(parameter: Parameter) -> str:
    words = f" One of {', '.join(parameter.choices)}." if parameter.choices else ""
    needed = "Needed: " if parameter.required else ""
    return f"{needed}{parameter.help}.{words} For example {parameter.example}."


def _help(question: Question) -> str:
    return f"{question.question}\n\nWhat it cannot tell: {question.cannot_tell.strip()}"


def _example(question: Question) -> str:
    from qikg.queries.parameters import option

    needed = "".join(
        f" {option(name)} {parameter.example}" for name, parameter in question.parameters.items() if parameter.required
    )
    return f"Example: qikg ask {question.name}{needed}"


__all__ = ["UsageError", "register"]
