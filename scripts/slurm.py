"""A sweep as a Slurm job array; `.ci/run slurm` runs one on a Slurm of one node."""

import shlex
from pathlib import Path

# The time and memory of a member are the user's to know; they are meant to be edited, or given to
# sbatch. `scancel` sends SIGTERM, so it is another signal that says that time runs out; bash heeds
# it only while it waits.
MEMBERS = """#!/bin/bash
#SBATCH --job-name=anodex-sweep
#SBATCH --array=1-{count}
#SBATCH --ntasks=1
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR1@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={folder}/cases/slurm-%a.log
# One member of the sweep for each task of the array; submitting it again resumes.
# For more ranks a member raise --ntasks.
export OMP_NUM_THREADS=1
cd {here}
# A member that runs out of time goes back into the queue and resumes, nine times at most.
again() {{ [ "${{SLURM_RESTART_COUNT:-0}}" -ge 9 ] || scontrol requeue "$SLURM_JOB_ID"; }}
trap again USR1
member=$(sed -n "${{SLURM_ARRAY_TASK_ID}}p" {folder}/members.txt)
if [ "${{SLURM_NTASKS:-1}}" -gt 1 ]; then launch="mpirun -n $SLURM_NTASKS"; fi
${{launch:-}} anodex run {folder}/cases/"$member".toml -o {folder}/"$member" --resume &
wait $!
"""

TABLE = """#!/bin/bash
#SBATCH --job-name=anodex-table
#SBATCH --ntasks=1
#SBATCH --time=00:10:00
#SBATCH --output={folder}/cases/slurm-table.log
cd {here}
anodex sweep {command} -o {folder} --table
"""

SUBMIT = """#!/bin/bash
# The table waits for all members, also for those that fail.
set -euo pipefail
array=$(sbatch --parsable {folder}/members.sbatch)
sbatch --dependency=afterany:"$array" {folder}/table.sbatch
"""


def write_scripts(directory: Path, members: list[str], table_command: list[str]) -> Path:
    """Write the job array, the job for the table and the script that submits both; returns the
    last.
    """
    words = {
        "count": len(members),
        "folder": shlex.quote(str(directory.resolve())),
        "here": shlex.quote(str(Path.cwd())),
        "command": shlex.join(table_command),
    }
    (directory / "members.txt").write_text("\n".join(members) + "\n", encoding="utf-8")
    for name, text in {
        "members.sbatch": MEMBERS,
        "table.sbatch": TABLE,
        "submit.sh": SUBMIT,
    }.items():
        (directory / name).write_text(text.format(**words), encoding="utf-8")
    return directory / "submit.sh"
