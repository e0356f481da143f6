"""The parts of scripts/benchmark_roofline.py."""
