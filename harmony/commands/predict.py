"""`harmony predict`: ask a surrogate what would happen."""

from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["predict"]


def predict(
    model: Annotated[Path, typer.Argument(help="the model file of `harmony train surrogate`", show_default=False)],
    case: Annotated[
        Path | None,
        typer.Argument(help="case file whose values are asked for  [default: the training's]", show_default=False),
    ] = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="value of an input by its path; of a function a CSV file",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        list[float] | None, typer.Option(help="time at which histories are told [s]", show_default=False)
    ] = None,
    field: Annotated[
        Path | None,
        typer.Option(help="CSV file of points x,y [m] at which the final displacement is told", show_default=False),
    ] = None,
    field_at: Annotated[
        list[float] | None,
        typer.Option("--field-at", help="time at which --field is told too [s]; may be repeated", show_default=False),
    ] = None,
    fallback: Annotated[
        bool, typer.Option("--fallback", help="run the solver where trust is low, and keep the run")
    ] = False,
    trust: Annotated[float, typer.Option(min=0.0, max=1.0, help="trust under which --fallback runs the solver")] = 0.8,
    as_json: Annotated[bool, typer.Option("--json", help="print the answer as JSON and nothing else")] = False,
) -> None:
    """Ask a surrogate: verdict, scalars and histories with their intervals, and how far to trust them."""
    import numpy as np

    from dda.errors import InputError
    from harmony import ranks, tables
    from harmony.case import Case
    from harmony.operators.command import more_of
    from harmony.operators.files import read_surrogate
    from harmony.operators.predict import predict as say
    from harmony.operators.predict import solved
    from harmony.operators.query import ask

    if ranks.rank() > 0:
        return
    made = read_surrogate(model)
    question = ask(made, None if case is None else Case.read(case), _given(values or []))
    times = None if not at else np.array(sorted(at))
    points = None
    if field is not None:
        from harmony.learning.data_file import read_plain

        points = read_plain(field, "x,y")[:, :2]
        if points.shape[1] < 2:
            raise InputError(f"{field}: needs two columns, x,y [m]; it has one")
    if field_at and points is None:
        raise InputError("--field-at says when --field is told: give --field points.csv too")
    said = say(made, question, times, points, np.array(sorted(field_at or [])))
    if fallback and said["trust"] < trust:
        said = solved(made, question, said, times, more_of(model))
    if as_json:
        tables.print_json(said)
    else:
        _print(said)


def _print_field(field: dict[str, Any]) -> None:
    print("  x [m]  y [m]  final displacement x, y [m]  half width x, y [m]")
    for point, u, half in zip(field["points"], field["displacement"], field["half_width"], strict=True):
        print("  ".join(map(_number, (*point, *u, *half))))
    for k, t in enumerate(field.get("time", [])):
        print(f"  at {t:g} s")
        for point, u, half in zip(field["points"], field["displacement_at"][k], field["half_width_at"][k], strict=True):
            print("  ".join(map(_number, (*point, *u, *half))))


def _label(name: str) -> str:
    """A quantity with its unit, where its name tells it."""
    from harmony.inverse.units import measures

    unit = "kg/m" if name == "mass.moving" else measures(name)
    return f"{name} [{unit}]" if unit else name


def _number(value: float | None) -> str:
    return f"{'-':>10}" if value is None else f"{value:10.5g}"


def _given(values: list[str]) -> dict[str, Any]:
    from dda.errors import InputError

    found: dict[str, Any] = {}
    for item in values:
        name, equals, value = item.partition("=")
        if not equals or not value:
            raise InputError(f"--set: '{item}' is no value; give NAME=VALUE, such as joints.clay.friction=12")
        found[name.strip()] = value.strip()
    return found


def _print(said: dict[str, Any]) -> None:
    """The answer as a table."""
    if said["source"] == "solver":
        where = f"; kept in {said['kept_in']}" if said["kept_in"] else ""
        print(f"the solver's answer (trust of the surrogate {said['surrogate_trust']:.2f}){where}")
    else:
        print(f"trust {said['trust']:.2f}: probability that the error is under {said['tolerance']:.0%} of the range")
    for line in said["warnings"]:
        print(f"  {line}")
    if "verdict" in said:
        shares = ", ".join(f"{name} {p:.0%}" for name, p in said["probability"].items())
        print(f"verdict  {said['verdict']}  (median of {shares})")
    labels = {name: _label(name) for name in said["scalars"]}
    width = max((len(label) for label in labels.values()), default=0)
    for name, item in said["scalars"].items():
        if item["value"] is None:
            print(f"{labels[name]:{width}}  {'none':>12}   {1.0 - item['known']:.0%} of such runs have none")
        else:
            print(f"{labels[name]:{width}}  {item['value']:>12.5g}   {item['low']:.5g} to {item['high']:.5g}")
    if "field" in said:
        _print_field(said["field"])
    columns = [name for name in said["histories"] if name in ("mass.displacement.magnitude", "mass.speed")]
    columns = columns or list(said["histories"])[:2]
    heads = {name: _label(name) for name in columns}
    print("  ".join(["   time [s]", *heads.values()]))
    for k, t in enumerate(said["time"]):
        row = [f"{said['histories'][name]['value'][k]:>{len(heads[name])}.5g}" for name in columns]
        print("  ".join([f"{t:11.5g}", *row]))
