# The one definition of anodex's environment: Debian packages only. docs/how-to/install.md says how to use it.
#   SUITE=trixie  DOLFINx 0.9 (default)
#   SUITE=sid     DOLFINx 0.11
#   BASE          the image to start from; docs/security.md says how to give it by digest
ARG SUITE=trixie
ARG BASE=debian:${SUITE}-slim
FROM ${BASE}
ARG SUITE

# libopenblas0-pthread is not optional: MUMPS is about ten times slower on reference BLAS.
# tini passes signals on to the command. Mirrors of sid may lag behind; for a release, lists of packages that have
# expired are refused, since they may hold back security updates.
RUN apt-get -o Acquire::Check-Valid-Until="$(if [ "$SUITE" = sid ]; then echo false; else echo true; fi)" update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      python3-dolfinx-real python3-petsc4py python3-mpi4py \
      python3-gmsh python3-meshio python3-pyvista python3-vtk9 python3-matplotlib python3-pil python3-scipy \
      python3-h5py python3-h5py-mpi python3-numpy \
      python3-pydantic python3-pint python3-typer python3-rich python3-tqdm \
      python3-pytest python3-pytest-xdist python3-hypothesis python3-pip python3-setuptools \
      python3-pandas python3-ipykernel mypy \
      openmpi-bin g++ libopenblas0-pthread xvfb libgl1-mesa-dri ca-certificates tini \
 && rm -rf /var/lib/apt/lists/*

# More ranks than cores are allowed, and ranks are not tied to cores: two runs side by side would share one.
# Open MPI 5 (trixie) and 6 (sid) name these settings and their file differently.
RUN if [ -f /etc/prrte/prte-mca-params.conf ]; then \
      printf 'mapby = :oversubscribe\nbindto = none\n' >> /etc/prrte/prte-mca-params.conf; \
    else \
      printf 'rmaps_default_mapping_policy = :oversubscribe\nhwloc_default_binding_policy = none\n' >> /etc/openmpi/prte-mca-params.conf; \
    fi

# One thread a rank; MPI over shared memory without warnings, whose waiting ranks make way for others; compiled forms and settings live in the
# cache folder, which any user may write and scripts/container keeps on the host; pip without advice.
RUN mkdir -p /var/cache/anodex && chmod 1777 /var/cache/anodex
ENV OMPI_ALLOW_RUN_AS_ROOT=1 \
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    OMPI_MCA_btl=self,sm \
    OMPI_MCA_mpi_yield_when_idle=1 \
    OMP_NUM_THREADS=1 \
    HOME=/var/cache/anodex \
    XDG_CACHE_HOME=/var/cache/anodex \
    LANG=C.UTF-8 \
    PIP_BREAK_SYSTEM_PACKAGES=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    ANODEX_SUITE=${SUITE}

# Editable, so that a repository mounted at /anodex is what runs.
COPY . /anodex
RUN pip install --quiet --no-build-isolation --no-deps --editable /anodex
WORKDIR /anodex
ENTRYPOINT ["tini", "-g", "--"]
CMD ["anodex", "--help"]
