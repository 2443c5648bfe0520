"""Rank and size as the launchers tell them."""

import pytest

from harmony.ranks import rank, size


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, (0, 1)),
        ({"OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "8"}, (3, 8)),
        ({"PMI_RANK": "1", "PMI_SIZE": "2"}, (1, 2)),
        ({"MV2_COMM_WORLD_RANK": "5", "MV2_COMM_WORLD_SIZE": "6"}, (5, 6)),
        ({"SLURM_PROCID": "4", "SLURM_NTASKS": "9"}, (0, 1)),
        ({"PMI_RANK": "", "PMI_SIZE": "x"}, (0, 1)),
    ],
)
def test_rank_and_size(environment: dict[str, str], expected: tuple[int, int]) -> None:
    assert (rank(environment), size(environment)) == expected
