"""The command line: which commands exist, and what their errors mean to a shell.

Exit codes: 0 done and every verification and regression value met; 1 a run failed or a value was missed;
2 bad input; 130 interrupted.
"""

import difflib
import importlib
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from harmony import ranks

__all__ = ["COMMANDS", "app", "main"]

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

# Every command, in the order of the help: the function `x` in harmony/commands/x.py, imported when it is used.
COMMANDS = {
    "solve": "Run one case and write its run directory.",
    "check": "Validate a case file; every error names file, line and key.",
    "new": "Write a commented case to start from.",
    "critical": "Find the value of a parameter at which a case fails.",
    "ensemble": "Sample the priors of a case and run the samples.",
    "submit": "Give a case to the batch system, as one run or as an ensemble.",
    "regress": "Run the regression cases against their expected values.",
    "compare": "Put runs side by side: probes, fields, energies.",
    "train": "Learn a model from data: a material or joint law, a surrogate of a case.",
    "predict": "Ask a surrogate what would happen, and how far to trust it.",
    "explore": "Follow a surrogate beyond its training to failure modes that it does not know.",
    "invert": "Find the parameters of a site from its observations.",
    "show": "Show what is in a run or a model.",
    "view": "Look at a run, in a window or as a picture.",
    "report": "Write a run as one self-contained HTML page.",
}


SHARED = ("solve", "ensemble")
"""Commands that ranks do together; copies of any other would write the same files."""


class _LazyGroup(TyperGroup):
    """A group whose commands are imported by name: listing them imports none."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            if cmd_name.startswith("-"):
                return None
            near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
            ctx.fail(
                f"no command '{cmd_name}'"
                + (f"; did you mean '{near[0]}'?" if near else f"; there are {', '.join(COMMANDS)}")
            )
        module = importlib.import_module(f"harmony.commands.{cmd_name}")
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(cmd_name)(getattr(module, cmd_name))
        return typer.main.get_command(single)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


app = typer.Typer(
    cls=_LazyGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"harmony {version('harmony-dda')}")
        raise typer.Exit


@app.callback()
def _harmony(
    context: typer.Context,
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
    ),
) -> None:
    """Rock and structures that break along discontinuities: case file in, run directory out."""
    name = context.invoked_subcommand
    if ranks.size() > 1 and name in COMMANDS and name not in SHARED:
        if ranks.rank() == 0:
            told = f"harmony {name} runs on one rank, and {ranks.size()} were started: leave out mpirun"
            print(f"error: {told} (solve and ensemble run on many)", file=sys.stderr)
        raise typer.Exit(BAD_INPUT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line with `arguments` (those of the process when None) and return its exit code."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="harmony")
    except SystemExit as end:  # typer ends so in every case; it has told of unknown options and missing arguments
        code = end.code if isinstance(end.code, int) else DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        code = _report(error)
    if code == INTERRUPTED and ranks.rank() == 0:
        print("interrupted", file=sys.stderr)
    return code


def _report(error: Exception) -> int:
    """Print an error that a user can act on and return its exit code; anything else is our fault and is raised."""
    from dda.errors import InputError, StepFailure

    if isinstance(error, InputError):
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    if isinstance(error, StepFailure):
        print(f"run failed: {error}", file=sys.stderr)
        return FAILED
    if isinstance(error, OSError):
        from harmony.disk_errors import full, refused

        if words := full(error):
            print(
                f"run failed: {words} while writing {error.filename or 'the run directory'}\n"
                "  what was whole is still whole; make room, then solve again, with --restart where the run had begun",
                file=sys.stderr,
            )
            return FAILED
        if refused(error):
            print(f"error: {error.filename}: cannot be read or written ({error.strerror})", file=sys.stderr)
            return BAD_INPUT
    raise error


if __name__ == "__main__":
    sys.exit(main())
