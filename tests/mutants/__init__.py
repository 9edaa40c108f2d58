"""Does the kit see what it says it sees? Recorded good runs are broken in one place at a time, and judged again."""
