"""A torch module, or any network that maps tensors to tensors, as a participant."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from couplers import Mesh

if TYPE_CHECKING:
    import torch

__all__ = ["ModuleParticipant"]


class ModuleParticipant:
    """outputs = module(*inputs): tensors of the shapes that the coupling gives, in the precision and on the device of
    the module's first parameter (float64 on the CPU where it has none); a module without memory.

    reads: names of its inputs, in the order of its arguments; writes: initial values of its outputs by name, in the
    order in which it returns them. Weights are not touched, and no gradient is kept.
    """

    def __init__(
        self,
        name: str,
        module: "torch.nn.Module",
        reads: Sequence[str],
        writes: dict[str, ArrayLike],
        meshes: dict[str, ArrayLike] | None = None,
    ) -> None:
        self.name, self.module, self.reads = name, module, tuple(reads)
        self.time_step: float | None = None
        self.outputs = {key: np.array(value, dtype=float) for key, value in writes.items()}
        self.inputs: dict[str, NDArray[np.float64]] = {}
        self._meshes = {key: Mesh.of(points) for key, points in (meshes or {}).items()}

    def initialize(self) -> None:
        """Evaluation, not training."""
        self.module.eval()

    def mesh(self, data: str) -> Mesh | None:
        """As given."""
        return self._meshes.get(data)

    def read(self, data: str, values: Any) -> None:
        """An input."""
        self.inputs[data] = np.array(values, dtype=float)

    def write(self, data: str) -> NDArray[np.float64]:
        """An output."""
        return self.outputs[data]

    def advance(self, dt: float) -> None:
        """One evaluation."""
        import torch

        first = next(
            (p for p in self.module.parameters() if p.is_floating_point()), torch.empty(0, dtype=torch.float64)
        )
        with torch.no_grad():
            found = self.module(*(torch.tensor(self.inputs[key]).to(first) for key in self.reads))
        found = (found,) if isinstance(found, torch.Tensor) else found
        self.outputs = {
            key: np.array(value.detach().cpu().numpy(), dtype=float)
            for key, value in zip(self.outputs, found, strict=True)
        }

    def save(self) -> Any:
        """Inputs and outputs: replaced, never changed."""
        return dict(self.inputs), dict(self.outputs)

    def restore(self, state: Any) -> None:
        """Go back."""
        self.inputs, self.outputs = dict(state[0]), dict(state[1])
