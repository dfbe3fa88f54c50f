"""`runner resume`, until it knows what is left to be done.

Usage: python bench/resume_plan.py resume
"""

import sys
from typing import NoReturn

from runner.app import resume
from runner.app.carry_out import Assignment
from runner.cli.main import main


def _stop(assignment: Assignment) -> NoReturn:
    sys.exit(0 if assignment.plan.actions else 1)


if __name__ == "__main__":
    vars(resume)["carry_out"] = _stop
    main()
