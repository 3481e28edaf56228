"""Traces by OpenTelemetry, sent by OTLP over HTTP. Imported only where they are switched on.

What many requests share (a pipeline, a settlement) is one span: it stands in the trace of the first of them, and links
to all. What no request asked for has none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import time_ns

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attributes = Mapping[str, str | int]


class Traces:
    """Makes spans. Which of the traces that begin here are kept, OTEL_TRACES_SAMPLER says; by default all."""

    def __init__(self, url: str, *, instance: str, version: str) -> None:
        resource = Resource.create(
            {"service.name": "boxoffice", "service.version": version, "service.instance.id": instance}
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
        self._tracer = self._provider.get_tracer("boxoffice")
        self._propagator = TraceContextTextMapPropagator()

    def arrived(self, traceparent: str | None) -> Span:
        """The span of a request, in the trace that the client names; from here on what is done belongs to it."""
        parent = self._propagator.extract({"traceparent": traceparent} if traceparent else {}, context.Context())
        span = self._tracer.start_span("request", parent, SpanKind.SERVER)
        context.attach(trace.set_span_in_context(span))
        return span

    def answered(self, span: Span, name: str, attributes: Attributes, *, failed: bool) -> None:
        """The request has its answer."""
        span.update_name(name)
        span.set_attributes(attributes)
        if failed:
            span.set_status(StatusCode.ERROR)
        span.end()

    def here(self) -> SpanContext | None:
        """What is being done just now; None where no request is behind it."""
        found = trace.get_current_span().get_span_context()
        return found if found.is_valid else None

    def shared(self, name: str, callers: Sequence[SpanContext | None], attributes: Attributes) -> Span | None:
        """A span of what several callers share; None where no request is behind any of them."""
        known = list({caller.span_id: caller for caller in callers if caller is not None}.values())
        if not known:
            return None
        return self._tracer.start_span(
            name,
            trace.set_span_in_context(NonRecordingSpan(known[0]), context.Context()),
            SpanKind.CLIENT,
            attributes,
            [Link(caller) for caller in known],
        )

    @contextmanager
    def during(self, name: str, callers: Sequence[SpanContext | None], attributes: Attributes) -> Iterator[None]:
        """A `shared` span for the length of the block, to which what is done in it belongs."""
        span = self.shared(name, callers, attributes)
        if span is None:
            yield
            return
        token = context.attach(trace.set_span_in_context(span))
        try:
            yield
        except BaseException:
            span.set_status(StatusCode.ERROR)  # without the words: they may quote what a fan sent
            raise
        finally:
            context.detach(token)
            span.end()

    def beside(self, observe: Callable[[float], None], name: str) -> Callable[[float], None]:
        """As `observe`, which is told how long something took that ends now; and a span of it, if a request asked."""

        def ended(seconds: float) -> None:
            observe(seconds)
            if self.here() is not None:
                now_ns = time_ns()
                self._tracer.start_span(name, kind=SpanKind.CLIENT, start_time=now_ns - int(seconds * 1e9)).end(now_ns)

        return ended

    def close(self) -> None:
        """Send what waits; takes as long as the receiver does."""
        self._provider.shutdown()
