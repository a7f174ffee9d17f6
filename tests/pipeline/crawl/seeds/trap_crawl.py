"""The crawl of the traps as a process that can be killed: `python -m ... WORK PORT PLAIN_HOSTS`."""

import sys

from pipeline.crawl.seeds.crawler import crawl_part
from pipeline.crawl.seeds.seed_options import SeedOptions
from pipeline.crawl.seeds.seeds import CrawlPart, plan_parts
from pipeline.web.options import WebOptions
from tests.pipeline.crawl.seeds.trap_server import TRAPS, plain_host, trap_host

MAX_PAGES = 60


def main(work: str, port: int, plain_hosts: int) -> list[object]:
    hosts = [*map(trap_host, TRAPS), *map(plain_host, range(plain_hosts))]
    options = SeedOptions(
        max_pages=MAX_PAGES,
        max_depth=40,
        page_deadline_s=0.5,
        backoff_s=0.01,
        warc_max_bytes=60_000,
    )
    web = WebOptions(
        user_agent="webimagetext-test/1 (+https://example.org)",
        product_token="webimagetext",
        allow_address=(f"127.0.0.0/8:{port}",),
        host_connections=4,
    )
    return [
        item
        for part in plan_parts([f"http://{host}:{port}/" for host in hosts], 1)
        if isinstance(part, CrawlPart)
        for item in crawl_part(part, work=work, options=options, web=web)
    ]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
