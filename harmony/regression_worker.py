"""Judges one case for `regress`, in a process of its own: `python -m harmony.regression_worker CASE ROWS`."""

import json
import sys
from pathlib import Path

from dda.errors import InputError, StepFailure
from harmony.case import Case
from harmony.regression import evaluate
from harmony.rundir import finite

if __name__ == "__main__":
    case, answer = (Path(argument) for argument in sys.argv[1:])
    try:
        answer.write_text(json.dumps(finite(evaluate(Case.read(case)))))
    except (InputError, StepFailure) as error:
        sys.exit(" ".join(str(error).split()))
