"""The regression cases: which there are, what each gives, and all of them as one table.

A case is judged in a process of its own, so one that fails, crashes or hangs on to memory stops nothing: it becomes a
row that is missed, with the reason.
"""

import fnmatch
import json
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from dda.errors import InputError, StepFailure, explain
from harmony.expected import Row, failed_row, judge, judge_by

if TYPE_CHECKING:
    from harmony.case import Case

__all__ = ["METHODS", "cases_folder", "discover", "evaluate", "open_to", "regress"]

METHODS = ("penalty", "complementarity")
"""The contact methods under which a case that leaves its method open can be judged."""

_EXPECTED = re.compile(r"^expected\s*:", re.MULTILINE)
_EXTENDS = re.compile(r"^extends\s*:\s*([^\s#]+)", re.MULTILINE)


def regress(
    names: Sequence[str] = (),
    *,
    jobs: int = 1,
    cases: Path | None = None,
    contact: str | None = None,
    told: Callable[[Path, list[Row]], None] = lambda path, rows: None,
) -> list[Row]:
    """Judge the regression cases and return a row for every expected value, in the order of the files.

    names: folder names or globs under `cases` and `cases/verification`, all of them when empty; jobs: processes at a
    time; contact: judge them under this contact method, but for the cases that ask for another one; None = each as it
    stands; told: called with the file and its rows as soon as a case is judged.
    """
    if isinstance(names, str):
        raise InputError(f"names: {names!r} is one name; give a list, [{names!r}]")
    if jobs < 1:
        raise InputError(f"jobs: {jobs} is not a number of processes; give 1 or more")
    if contact not in (None, *METHODS):
        raise InputError(f"contact: {contact!r} is no contact method; give {' or '.join(METHODS)}")
    paths = [path for path in discover(names, cases) if contact is None or open_to(path, contact)]

    def judged(path: Path) -> list[Row]:
        rows = _in_own_process(path, contact)
        told(path, rows)
        return rows

    with ThreadPoolExecutor(jobs) as pool:
        return [row for rows in pool.map(judged, paths) for row in rows]


def open_to(path: Path, contact: str) -> bool:
    """Whether the case in a file may be judged under a contact method: unless it asks for the other one, or leaves
    contact to the cases of its participants. A file that is no case may, so that what is wrong with it becomes a row.
    """
    from harmony.case import Case

    try:
        case = Case.read(path)
        return not case.data.participants and case.contact_stated in (None, contact)
    except InputError:
        return True


def evaluate(case: "Case") -> list[Row]:
    """The rows of one case, in the order of the file: from its study, or from one run and, where it is asked for, the
    search for the critical value. A run that cannot go on misses all it was to give."""
    from harmony.driver import solve
    from harmony.limits import critical
    from harmony.study import run_study

    wanted = {expectation.quantity for expectation in case.expected}
    if case.study is not None:
        found = run_study(case)
        return [judge_by(case, expectation, _reader(found)) for expectation in case.expected]
    rows: dict[int, Row] = {}
    histories = [k for k, expectation in enumerate(case.expected) if expectation.quantity != "critical"]
    if histories:
        try:
            judged = solve(case).summary["expected"]
        except StepFailure as error:
            judged = [judge(case, case.expected[k], None, reason=str(error)) for k in histories]
        rows |= dict(zip(histories, judged, strict=True))
    if "critical" in wanted:
        try:
            result = critical(case)
            value, reason = result.critical, result.reason
        except StepFailure as error:
            value, reason = None, str(error)
        for k, expectation in enumerate(case.expected):
            if expectation.quantity == "critical":
                rows[k] = judge(case, expectation, value, reason=reason)
    return [rows[k] for k in sorted(rows)]


def _reader(found: dict[str, float]) -> Callable[..., float]:
    def read(quantity: str, at: float | None = None, region: str | None = None) -> float:
        if quantity not in found:
            raise InputError(f"the study gives no '{quantity}', it gives {', '.join(found)}")
        return found[quantity]

    return read


def cases_folder() -> Path:
    """The folder `cases` here or in a folder above."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "cases").is_dir():
            return folder / "cases"
    raise InputError(
        explain(
            "no regression cases",
            where=str(here),
            expected="a folder cases/ here or above",
            got="none",
            do="go to the root of the repository",
        )
    )


def discover(names: Sequence[str] = (), cases: Path | None = None) -> list[Path]:
    """The case files with expected values in the folders that `names` chooses, sorted."""
    root = cases or cases_folder()
    folders = sorted(
        folder
        for parent in (root, root / "verification")
        if parent.is_dir()
        for folder in parent.iterdir()
        if folder.is_dir()
    )
    files = {folder: [path for path in sorted(folder.glob("*.yaml")) if _expects(path)] for folder in folders}
    known = [folder for folder in folders if files[folder]]
    if not names:
        return [path for folder in known for path in files[folder]]
    chosen: dict[Path, None] = {}
    for name in names:
        found = [folder for folder in known if fnmatch.fnmatch(folder.name, name.rstrip("/").rpartition("/")[2])]
        if not found:
            raise _no_case(name, [folder.name for folder in known], root)
        chosen |= dict.fromkeys(path for folder in found for path in files[folder])
    return list(chosen)


def _expects(path: Path, above: tuple[Path, ...] = ()) -> bool:
    """Whether a case file, or one that it extends, has expected values."""
    if path in above or not path.is_file():
        return False
    text = path.read_text()
    if _EXPECTED.search(text):
        return True
    below = _EXTENDS.search(text)
    return below is not None and _expects(path.parent / below[1].strip("'\""), (*above, path))


def _no_case(name: str, known: Iterable[str], root: Path) -> InputError:
    import difflib

    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
    return InputError(
        explain(
            f"no regression case '{name}'",
            where=str(root),
            expected=f"a folder name or glob: {', '.join(names) or 'there is none with expected values'}",
            got=name,
            do=f"did you mean '{near[0]}'?" if near else "choose one of those",
        )
    )


def _in_own_process(path: Path, contact: str | None) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="harmony-regress-") as folder:
        answer = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "harmony.regression_worker", str(path), str(answer), contact or ""]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode == 0 and answer.exists():
            return list(json.loads(answer.read_text()))
    return [failed_row(path.resolve().parent.name, str(path), _why(ended))]


def _why(ended: "subprocess.CompletedProcess[str]") -> str:
    """The last words of a process that gave no rows."""
    if ended.returncode < 0:
        return f"crashed: {signal.Signals(-ended.returncode).name}"
    words = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
    return words[-1] if words else f"ended with exit code {ended.returncode}"
