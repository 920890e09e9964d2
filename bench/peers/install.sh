#!/usr/bin/env bash
# Puts today's peers into a virtual environment beside the benchmarks (bench/.venv, ignored by git): bash bench/peers/install.sh
# Some 6 GB, most of it PyTorch's libraries for GPUs, which are not used.
set -euo pipefail
bench=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
[ -x "$bench/.venv/bin/python" ] || "$python" -m venv "$bench/.venv"
"$bench/.venv/bin/python" -m pip install --quiet --requirement "$bench/peers/requirements.txt"
