"""One thread for every library of linear algebra, set before the first of them loads; loads none itself."""

import os

VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
XLA = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def single() -> None:
    """Sets the variables, whatever they were: the comparison is of one thread with one thread."""
    for name in VARIABLES:
        os.environ[name] = "1"
    os.environ["XLA_FLAGS"] = XLA
