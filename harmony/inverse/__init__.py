"""Inverse problems: parameters of a site from its observations, as a posterior that is calibrated.

Prior, simulator, posterior and observation are the words of simulation-based inference. The prior is that of a case;
the simulator is a run of it; an observation x_o is a set of readings. `harmony train inverse` learns the posterior of
all sites at once, `harmony invert` refines it by the solver on one of them (docs/how-to/invert.md).
"""
