"""SLURM scripts: one run that goes on from its checkpoint, or an ensemble as a job array.

SLURM sends SIGTERM some time before the limit; `harmony` then leaves a checkpoint and exits with 130. With `requeue`
the script puts the job into the queue again, and it goes on from there.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Job", "ensemble_script", "solve_script"]

WARNING_SECONDS = 120
"""Time before the limit at which SLURM warns a job [s]: a run stops within a step and needs seconds for its files."""

INTERRUPTED = (130, 143)
"""Exit codes of a run that a signal ended: harmony's own, and the shell's of a program not yet ready to catch it."""


@dataclass(frozen=True)
class Job:
    """What is asked of the batch system. ranks: MPI ranks; threads: cores of each; memory as SLURM takes it, `4G`;
    prepare: shell lines that come first; launcher: what starts ranks; program: the words that call harmony."""

    name: str
    time: str
    ranks: int = 1
    threads: int = 1
    nodes: int | None = None
    partition: str | None = None
    account: str | None = None
    memory: str | None = None
    options: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()
    launcher: str = "srun --mpi=pmi2"
    program: tuple[str, ...] = ("harmony",)
    requeue: bool = False


def solve_script(job: Job, case: str, out: str) -> str:
    """The script of one run."""
    start = f"{job.launcher} " if job.ranks > 1 else ""
    command = f"{start}{_words(job.program)} solve {shlex.quote(case)} --out {shlex.quote(out)} --threads {job.threads}"
    checkpoint = shlex.quote(f"{out}/checkpoint.h5")
    lines = [
        *_head(job, f"{out}.%j.log"),
        f"if [ -e {checkpoint} ]; then again=--restart; else again=; fi",
        f"{command} --quiet $again &",
        *_wait(job),
    ]
    return "\n".join(lines) + "\n"


def ensemble_script(job: Job, case: str, out: str, samples: int, tasks: int, more: Sequence[str] = ()) -> str:
    """The script of an ensemble as an array of `tasks` jobs, each with its range of the samples."""
    command = (
        f"{_words(job.program)} ensemble {shlex.quote(case)} --samples {samples} --range $first:$end "
        f"--jobs {job.threads} --out {shlex.quote(out)}"
    )
    lines = [
        *_head(job, f"{out}.%A_%a.log", [f"--array=0-{tasks - 1}"]),
        f"first=$((SLURM_ARRAY_TASK_ID * {samples} / {tasks}))",
        f"end=$(((SLURM_ARRAY_TASK_ID + 1) * {samples} / {tasks}))",
        " ".join([command, *(shlex.quote(word) for word in more)]) + " &",
        *_wait(job),
    ]
    return "\n".join(lines) + "\n"


def _head(job: Job, log: str, more: Sequence[str] = ()) -> list[str]:
    asked = {
        "job-name": job.name,
        "time": job.time,
        "nodes": job.nodes,
        "ntasks": job.ranks,
        "cpus-per-task": job.threads,
        "partition": job.partition,
        "account": job.account,
        "mem": job.memory,
        "output": log,
        "open-mode": "append",
        "signal": f"B:TERM@{WARNING_SECONDS}",
    }
    options = [f"--{key}={value}" for key, value in asked.items() if value is not None]
    options += [*more, *(["--requeue"] if job.requeue else []), *job.options]
    return [
        "#!/bin/bash",
        *(f"#SBATCH {option}" for option in options),
        "",
        f"export OMP_NUM_THREADS={1 if more else job.threads}",
        # A warning that comes before the run has begun is kept for it.
        "run=; early=; trap 'if [ $run ]; then kill -TERM $run; else early=1; fi' TERM",
        *job.prepare,
    ]


def _wait(job: Job) -> list[str]:
    """Pass the warning on to the run in the background, wait until it has ended, and perhaps go on later."""
    lines = [
        "run=$!",
        "if [ $early ]; then kill -TERM $run; fi",
        "wait $run; code=$?",
        "if [ $code -gt 128 ]; then wait $run; code=$?; fi",
    ]
    if job.requeue:
        name = "${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}}"
        codes = " || ".join(f"[ $code = {code} ]" for code in INTERRUPTED)
        lines.append(f'if {codes}; then task={name}; scontrol requeue "${{task:-$SLURM_JOB_ID}}"; fi')
    return [*lines, "exit $code"]


def _words(words: Sequence[str]) -> str:
    return " ".join(shlex.quote(word) for word in words)
