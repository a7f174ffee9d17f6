"""The seed crawler without Beam: `python -m benchmarks.crawl_seeds WORK PORT HOSTS CRAWLERS`."""

import sys
from concurrent.futures import ProcessPoolExecutor

from benchmarks.site_server import host_name
from pipeline.crawl.seeds.crawler import crawl_part
from pipeline.crawl.seeds.seed_options import SeedOptions
from pipeline.crawl.seeds.seeds import CrawlPart, plan_parts
from pipeline.web.options import WebOptions

CONNECTIONS = 2
INTERVAL_S = 0.1


def crawl(work: str, port: int, part: CrawlPart) -> int:
    """Crawls one part; returns how many rows and archives came of it."""
    web = WebOptions(
        user_agent="webimagetext-bench/1 (+https://example.org)",
        product_token="webimagetext",
        allow_address=(f"127.0.0.0/8:{port}",),
        host_connections=CONNECTIONS,
        host_interval_s=INTERVAL_S,
    )
    return len(list(crawl_part(part, work=work, options=SeedOptions(), web=web)))


def main(work: str, port: int, hosts: int, crawlers: int) -> None:
    """Crawls all hosts, a process a part."""
    seeds = [f"http://{host_name(number)}:{port}/page/0.html" for number in range(hosts)]
    parts = [part for part in plan_parts(seeds, crawlers) if isinstance(part, CrawlPart)]
    with ProcessPoolExecutor(crawlers) as pool:
        for done in [pool.submit(crawl, work, port, part) for part in parts]:
            done.result()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]))
