"""The files that are read: numbers, and the Adult census repeated."""

import os

import numpy

MEGABYTE = 1_000_000


def numeric(path, size):
    """Ten columns of decimals with three digits behind the point."""
    random = numpy.random.default_rng(1)
    rows = random.integers(0, 1_000_000, size=(100_000, 10)) / 1e3
    block = "".join(",".join(f"{x:.3f}" for x in row) + "\n" for row in rows.tolist())
    _repeat(path, ",".join(f"x{i}" for i in range(10)) + "\n", block, size)


def adult(path, size, source):
    """The rows of a file, over and over."""
    with open(source, encoding="utf-8") as file:
        header = file.readline()
        block = file.read()
    _repeat(path, header, block, size)


def points(path, rows):
    """Two columns of numbers to ask for: x and y, uniform."""
    random = numpy.random.default_rng(2)
    with open(path, "w", encoding="utf-8") as file:
        file.write("x,y\n")
        for begin in range(0, rows, 100_000):
            values = random.random((min(100_000, rows - begin), 2)).round(4).tolist()
            file.write("".join(f"{x},{y}\n" for x, y in values))


def _repeat(path, header, block, size):
    with open(path, "w", encoding="utf-8") as file:
        file.write(header)
        while os.fstat(file.fileno()).st_size < size:
            file.write(block)
            file.flush()
