from boxoffice.crowd.client import ConnectionRefused
from boxoffice.crowd.spread import Spread
from boxoffice.crowd.target import target_of
from deploy.stack.ports import free_port


async def test_each_request_goes_to_the_next_instance(server):
    nobody = f"http://127.0.0.1:{free_port()}"
    spread = Spread([target_of(server.url), target_of(nobody)], connections=4, timeout_s=1)
    met = []
    for _ in range(4):
        try:
            met.append((await spread.ask("GET", "/api/v1/concerts")).status)
        except ConnectionRefused:
            met.append(0)
    spread.close()

    assert met == [200, 0, 200, 0]


async def test_every_instance_may_be_visited_however_few_the_connections(server):
    spread = Spread([target_of(server.url)] * 3, connections=1, timeout_s=1)
    met = [(await spread.ask("GET", "/api/v1/concerts")).status for _ in range(3)]
    spread.close()

    assert met == [200, 200, 200]
