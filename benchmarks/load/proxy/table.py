"""Tables in Markdown, as benchmarks/RESULTS.md has them."""

import statistics


def median(values):
    return statistics.median(values)


def spread(values, form="{:.1f}"):
    """Median, with minimum and maximum: 14.2 (13.9 to 15.0)."""
    low, middle, high = (form.format(v) for v in (min(values), median(values), max(values)))
    return f"{middle} ({low} to {high})"


def show(title, heading, rows):
    print(f"\n### {title}\n")
    print("| " + " | ".join(heading) + " |")
    print("|" + "---|" * len(heading))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)
