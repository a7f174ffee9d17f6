"""HTTP as crawl and download speak it: client, address guard, robots.txt, opt-out signals."""
