"""Fail when fewer than 95 % of the domain's lines are covered: python -m scripts.coverage_floor build/coverage.json."""

import json
import sys
from pathlib import Path

FLOOR = 95


def main(report: Path) -> int:
    """Print the coverage of the domain and return an exit status."""
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    domain = [entry["summary"] for name, entry in files.items() if "/selfie/domain/" in name]
    lines = sum(entry["num_statements"] for entry in domain)
    covered = sum(entry["covered_lines"] for entry in domain)
    percent = 100 * covered / lines if lines else 0
    print(f"domain: {covered} of {lines} lines covered ({percent:.1f} %, at least {FLOOR} %)")
    return 0 if percent >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
