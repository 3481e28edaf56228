"""Availability of a whole stadium: how large the answer is, and what it costs."""

import socket

from bench.accounting import Meter
from bench.context import Context
from bench.results import Fact
from bench.wrk import drive, request


async def wide(context: Context) -> list[Fact]:
    """Bytes on the wire and CPU of the server for one answer, with every third seat taken."""
    house = context.house
    sale = await house.sale(sections=context.size.stadium)
    fans = house.fans.ids(min(context.size.most, sale.seats // 3))
    await house.join(sale.concert_id, fans)
    await house.hold(sale, fans, every=3)
    ask = request("GET", f"/api/v1/performances/{sale.performance_id}/availability")
    with context.instance() as instance:
        size = _bytes_of(instance.port, ask)
        meter = Meter({"server": [instance.pid]})
        load = drive(
            instance.url, [ask], connections=context.size.connections, seconds=context.size.seconds, cycle=True
        )
        cpu_us = 1e6 * meter.read()["server"] / load.requests
    context.say(f"availability of {sale.seats:,} seats: {size:,} bytes, {cpu_us:.1f} µs")
    title = f"availability of {sale.seats:,} seats"
    return [
        Fact(name="stadium_availability_bytes", title=f"{title}, on the wire", value=size, unit="bytes"),
        Fact(name="stadium_availability_us", title=f"{title}, CPU of the server", value=cpu_us, unit="µs"),
    ]


def _bytes_of(port: int, ask: bytes) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(ask.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        size = 0
        while received := connection.recv(1 << 16):
            size += len(received)
    return size
