"""What a reader can work out of an amount withheld, and what else would have to be left out to protect it."""

from gouji.infer.deduce import Deduction, deductions

__all__ = ["Deduction", "deductions"]
