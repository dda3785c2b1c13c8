"""Reads a table with Python's own parsers, as a second opinion on Serin's readers.

independent_parser.py csv DELIMITER QUOTE < FILE     rows as a JSON array of arrays of strings
independent_parser.py jsonl < FILE                   rows as a JSON array of objects, of values as text
"""

import csv
import io
import json
import sys


def csv_rows(text, delimiter, quote):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    return [row for row in reader]


def as_text(value):
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def jsonl_rows(text):
    return [{key: as_text(value) for key, value in json.loads(line).items()}
            for line in text.split("\n") if line]


def main():
    text = sys.stdin.buffer.read().decode("utf-8-sig")
    rows = csv_rows(text, sys.argv[2], sys.argv[3]) if sys.argv[1] == "csv" else jsonl_rows(text)
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
