"""Runs samples for another process: `python -m harmony.learning.worker`, jobs on standard input, records on standard
output, both pickled. It ends when its input ends, also when the process that feeds it is gone."""

import os
import pickle
import sys

if __name__ == "__main__":
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may print among the records
    from harmony.case import Case
    from harmony.learning.record import run_sample

    document, path, threads = pickle.load(jobs)
    case = Case(document, path)
    while True:
        try:
            number, values = pickle.load(jobs)
        except EOFError:
            break
        pickle.dump(run_sample(case, number, values, threads), answers)
        answers.flush()
