"""Benchmarks as commands: `python -m tests.bench`. What they mean stands in docs/performance.md."""
