"""The solver, HiGHS: loaded only when something is broken, quiet, on one thread."""

from __future__ import annotations

from typing import Any

FEASIBLE = 2


def solver(seconds: float) -> Any:
    import highspy

    made = highspy.Highs()
    made.setOptionValue("output_flag", False)
    made.setOptionValue("threads", 1)
    made.setOptionValue("time_limit", seconds)
    return made


def answer(made: Any) -> list[float] | None:
    """The values of the columns, or None without a feasible answer in time."""
    made.run()
    if made.getInfo().primal_solution_status != FEASIBLE:
        return None
    return list(made.getSolution().col_value)


def integer() -> Any:
    """The type of an integer column."""
    import highspy

    return highspy.HighsVarType.kInteger
