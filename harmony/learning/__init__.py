"""What laws and operators share: sampling of parameters, the ensemble file, the trainer, the model file.

Import the modules themselves, as `from harmony.learning.ensemble import Ensemble`; torch is loaded only by those that
train.
"""
