"""`harmony submit`: give a case to the batch system, as one run or as an ensemble."""

from pathlib import Path
from typing import Annotated

import typer


def submit(
    context: typer.Context,
    case: Annotated[Path, typer.Argument(help="the case file", show_default=False)],
    time: Annotated[str, typer.Option(help="wall time: 2h, 90m, 1d12h, HH:MM:SS, or minutes", show_default=False)],
    ranks: Annotated[int, typer.Option(min=1, help="MPI ranks of a run")] = 1,
    threads: Annotated[int, typer.Option(min=1, help="cores of each rank, or of each task of an ensemble")] = 1,
    nodes: Annotated[int | None, typer.Option(min=1, help="nodes", show_default=False)] = None,
    partition: Annotated[str | None, typer.Option(help="partition (queue)", show_default=False)] = None,
    account: Annotated[str | None, typer.Option(help="account that pays", show_default=False)] = None,
    memory: Annotated[str | None, typer.Option(help="memory of a node, as 16G", show_default=False)] = None,
    samples: Annotated[
        int | None, typer.Option(min=1, help="make an ensemble of so many samples, as a job array", show_default=False)
    ] = None,
    tasks: Annotated[int, typer.Option(min=1, help="jobs of the array of an ensemble")] = 10,
    design: Annotated[str, typer.Option(help="design of an ensemble: sobol, lhs or random")] = "sobol",
    seed: Annotated[int, typer.Option(min=0, help="seed of an ensemble")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="run directory, or place of the ensemble  [default: under runs/]")
    ] = None,
    name: Annotated[str | None, typer.Option(help="name of the job  [default: that of the case]")] = None,
    prepare: Annotated[
        list[str] | None, typer.Option(help="shell line that comes first, as 'module load mpich'; may be repeated")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="any other option of sbatch, as --constraint=skylake; may be repeated")
    ] = None,
    launcher: Annotated[str, typer.Option(help="what starts the ranks")] = "srun --mpi=pmi2",
    container: Annotated[Path | None, typer.Option(help="Apptainer image that holds harmony")] = None,
    requeue: Annotated[bool, typer.Option("--requeue", help="go on in a new job where the time was too short")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="print the script and submit nothing")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print script, its text and job as JSON only")] = False,
) -> None:
    """Write a SLURM script for a case and submit it; a run that is submitted again goes on from its checkpoint."""
    import sys

    from harmony import tables
    from harmony.batch.duration import slurm_time
    from harmony.batch.slurm import Job, ensemble_script, solve_script
    from harmony.case import Case

    _refuse_others(context, samples)
    read = Case.read(case)
    read.check()
    where = out or Path("runs") / (read.key if samples is None else f"{read.key}-ensemble")
    if ranks > 1 and (read.method == "coupled" or not read.solver.shared(read)):
        print(
            f"warning: this version computes {read.method} on one rank, not on {ranks}; --threads uses cores",
            file=sys.stderr,
        )
    inside = ("apptainer", "exec", str(container), "harmony") if container else (_harmony(),)
    job = Job(
        name=name or read.key,
        time=slurm_time(time),
        ranks=ranks,
        threads=threads,
        nodes=nodes,
        partition=partition,
        account=account,
        memory=memory,
        options=tuple(option or ()),
        prepare=tuple(prepare or ()),
        launcher=launcher,
        program=inside,
        requeue=requeue,
    )
    if samples is None:
        text = solve_script(job, str(case), str(where))
    else:
        _check_ensemble(read, samples, tasks, design, seed)
        text = ensemble_script(job, str(case), str(where), samples, tasks, ["--design", design, "--seed", str(seed)])
    script = where.with_name(f"{where.name}.sbatch")
    number = None if dry_run else _submit(script, text)
    if as_json:
        tables.print_json({"script": None if dry_run else str(script), "text": text, "job": number})
    else:
        print(text if dry_run else f"job {number}, by {script}", end="" if dry_run else "\n")


def _refuse_others(context: typer.Context, samples: int | None) -> None:
    """Options that would be taken and do nothing."""
    from dda.errors import InputError

    def given(name: str) -> bool:
        source = context.get_parameter_source(name)
        return source is not None and source.name == "COMMANDLINE"

    if samples is None:
        for name in ("tasks", "design", "seed"):
            if given(name):
                raise InputError(f"--{name} belongs to an ensemble: give --samples too")
    elif context.params["ranks"] > 1:
        ranks = context.params["ranks"]
        raise InputError(
            f"--ranks {ranks}: samples of an ensemble run on one rank each, side by side; give --threads {ranks} for "
            "the cores of each job, and --tasks for their number"
        )


def _harmony() -> str:
    """The command of this installation."""
    import sys

    beside = Path(sys.executable).with_name("harmony")
    return str(beside) if beside.exists() else "harmony"


def _check_ensemble(case: object, samples: int, tasks: int, design: str, seed: int) -> None:
    from dda.errors import InputError
    from harmony.learning.sampling import Sampling

    Sampling(case, samples, design, seed)  # type: ignore[arg-type]
    if tasks > samples:
        raise InputError(f"--tasks: {tasks} jobs for {samples} samples; give {samples} or fewer")


def _submit(script: Path, text: str) -> str:
    """Write the script and hand it to sbatch; the number of the job."""
    import shutil
    import subprocess

    from dda.errors import InputError, explain

    def refused(got: str) -> InputError:
        return InputError(
            explain(
                "the job was not submitted",
                where=str(script),
                expected="sbatch to take the script",
                got=got,
                do="run this on a machine of the cluster, or see the script with --dry-run",
            )
        )

    if shutil.which("sbatch") is None:
        raise refused("no command sbatch on this machine")
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(text)
    done = subprocess.run(["sbatch", "--parsable", str(script)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise refused(" ".join(done.stderr.split()) or f"exit code {done.returncode}")
    return done.stdout.strip().partition(";")[0]
