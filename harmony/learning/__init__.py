"""What laws and operators share: sampling of parameters, the trainer, ensembles of networks, the model file.

Import the modules themselves, as `from harmony.learning.sampling import sample_unit`; torch is loaded only by
those that train.
"""
