"""Judges one case for `regress`, in a process of its own: `python -m harmony.regression_worker CASE ROWS METHOD`, where
an empty METHOD leaves the case under its own contact method."""

import json
import sys
from pathlib import Path

from dda.errors import InputError, StepFailure
from harmony.case import Case
from harmony.regression import evaluate
from harmony.rundir import finite

if __name__ == "__main__":
    path, answer, contact = sys.argv[1:]
    try:
        case = Case.read(path) if not contact else Case.read(path).with_contact(contact)
        Path(answer).write_text(json.dumps(finite(evaluate(case))))
    except (InputError, StepFailure) as error:
        sys.exit(" ".join(str(error).split()))
