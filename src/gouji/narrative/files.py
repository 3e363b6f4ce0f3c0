"""Where the data files of this room lie."""

from pathlib import Path

HERE = Path(__file__).parent
