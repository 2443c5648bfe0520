"""Case files: the schema, reading with line numbers, values by path, and the model that a case builds."""

from dda.errors import InputError
from harmony.case.case import Case
from harmony.case.case_data import CaseData
from harmony.case.expectation import Expectation, ProbeSpec
from harmony.case.region import Region
from harmony.case.stage import Stage

__all__ = ["Case", "CaseData", "Expectation", "InputError", "ProbeSpec", "Region", "Stage"]
