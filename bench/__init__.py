"""Benchmarks that compare in one run; ``python -m bench`` lists them."""
