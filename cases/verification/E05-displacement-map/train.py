"""Makes operator.safetensors: `python cases/verification/E05-displacement-map/train.py` (about 2 min of one core)."""

from pathlib import Path

import harmony
from harmony.inverse.training import train_inverse

SAMPLES, SEED = 500, 1
HERE = Path(__file__).parent
OBSERVE = ["prism.displacement.magnitude", "field.displacement.magnitude"]

if __name__ == "__main__":
    runs = harmony.ensemble(harmony.Case.read(HERE / "slope.yaml"), SAMPLES, seed=SEED, jobs=1)
    made = train_inverse(runs, observe=OBSERVE, errors=(2e-3, 0.3), most=24, epochs=20, told=print)
    made.metadata["command"] = "python cases/verification/E05-displacement-map/train.py"
    made.save(HERE / "operator.safetensors")
    print({key: value for key, value in made.calibration.items() if key not in ("tarp", "cycle_quantiles")})
