"""Messages of PredictService as they are on the wire, without generated code."""

import struct

ROWS, COLUMNS = 3, 4  # Fields of PredictRequest.


def _varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(number, value):
    """A string, bytes or message."""
    value = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def framed(message):
    """With the five bytes that gRPC puts before it."""
    return b"\0" + struct.pack(">I", len(message)) + message


def columns_request(model, row):
    """The fast form: Column{name, numbers {values}}."""
    columns = (_field(1, name) + _field(2, _field(1, struct.pack("<d", value)))
               for name, value in row.items())
    return framed(_field(1, model) + b"".join(_field(COLUMNS, column) for column in columns))


def rows_request(model, row):
    """The friendly form: Row{features: map of Value{number_value}}."""
    entries = (_field(1, name) + _field(2, b"\x11" + struct.pack("<d", value))
               for name, value in row.items())
    features = b"".join(_field(1, entry) for entry in entries)
    return framed(_field(1, model) + _field(ROWS, features))
