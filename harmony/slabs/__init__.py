"""One run on several ranks of which none has the whole model: `mpirun -n N harmony solve` of blocks."""
