"""Reads requests to a collector, one JSON a line, by OpenTelemetry's own definitions: what is not of them is a fault.

Prints the spans, one JSON object a line. Run by the Python that requirements.txt is installed for.
"""

import base64
import json
import re
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status


def bytes_of(span, name, digits):
    """OTLP has ids in hexadecimal digits, where JSON of protobuf has base64."""
    if name in span:
        assert re.fullmatch(f"[0-9a-f]{{{digits}}}", span[name]), span[name]
        span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()


def value_of(value):
    return getattr(value, value.WhichOneof("value"))


def attributes_of(holder):
    pairs = [(each.key, value_of(each.value)) for each in holder.attributes]
    assert len(dict(pairs)) == len(pairs), pairs  # A key stands once.
    return dict(pairs)


def spans_of(request):
    for of_resource in request.resource_spans:
        for of_scope in of_resource.scope_spans:
            for span in of_scope.spans:
                yield {"trace_id": span.trace_id.hex(), "span_id": span.span_id.hex(),
                       "parent_id": span.parent_span_id.hex(), "name": span.name,
                       "kind": Span.SpanKind.Name(span.kind), "flags": span.flags,
                       "start": span.start_time_unix_nano, "end": span.end_time_unix_nano,
                       "status": Status.StatusCode.Name(span.status.code), "attributes": attributes_of(span),
                       "resource": attributes_of(of_resource.resource), "scope": of_scope.scope.name}


for line in sys.stdin:
    body = json.loads(line)
    for of_resource in body["resourceSpans"]:
        for of_scope in of_resource["scopeSpans"]:
            for span in of_scope["spans"]:
                for name, digits in (("traceId", 32), ("spanId", 16), ("parentSpanId", 16)):
                    bytes_of(span, name, digits)
    for span in spans_of(json_format.ParseDict(body, ExportTraceServiceRequest())):
        print(json.dumps(span))
