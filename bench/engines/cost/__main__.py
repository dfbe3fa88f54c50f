"""Measure what the engines cost: python -m bench.engines.cost [--most-megapixels N] [--times N]."""

import argparse

from bench.engines.cost.report import cost_report


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Measure time and memory of the local engines.")
    parser.add_argument("--most-megapixels", type=float, default=50, help="leave larger photos out")
    parser.add_argument("--times", type=int, default=5, help="how often each is measured")
    asked = parser.parse_args()
    print("\n".join(cost_report(asked.most_megapixels, asked.times)))


if __name__ == "__main__":
    main()
