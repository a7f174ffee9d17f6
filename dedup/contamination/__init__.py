"""How much of a benchmark a pool contains: benchmark images, matches, statistics, the report."""
