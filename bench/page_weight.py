"""Measure what a questionnaire page costs in a browser: ``python -m bench.page_weight [--site URL [--link LINK]]``.

Opens a link of the running system (that of the sample school's teachers by default) in Chromium, with a script and
without one, and counts requests and the bytes that came over the network, headers included. Then again on a slow
network and processor, for the time until the largest piece of content is shown. Starts a system of its own, unless
``--site`` names one that runs.
"""

import argparse
import os
import shutil
import statistics
import sys
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from bench.open_and_submit import running_system
from infra.local.client import Client

KILOBYTE: Final = 1000
HEAVIEST_KB: Final = 30
HEAVIEST_WITHOUT_SCRIPT_KB: Final = 15
MOST_REQUESTS: Final = 4
LATEST_LCP_MS: Final = 1500
RUNS: Final = 5
# WebPageTest's «3G Slow»: 400 kbit/s each way, 400 ms a round trip.
SLOW_3G: Final = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PROCESSOR_SLOWER: Final = 4
ARGUMENTS: Final = ("--no-sandbox", "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking")
LCP: Final = """() => new Promise((resolve) => new PerformanceObserver(
  (list) => resolve(list.getEntries().at(-1).startTime)
).observe({type: "largest-contentful-paint", buffered: true}))"""


@dataclass(frozen=True, slots=True)
class Weight:
    """What one opening of a page took."""

    requests: int
    bytes_: int
    lcp_ms: float


def teachers_link(site: str) -> str:
    """Let the system make its sample school and return a link of its running exercise."""
    return str(Client(site).expect(200, "POST", "/local/sample-school", {})["links"]["teacher"])


def weigh(browser: Browser, url: str, *, script: bool, slow: bool = False) -> Weight:
    """Open a page with an empty cache."""
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    if slow:
        network.send("Network.emulateNetworkConditions", SLOW_3G)
        network.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR_SLOWER})
    received: list[float] = []
    network.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(url, wait_until="networkidle")
    lcp = page.evaluate(LCP) if script else 0.0
    context.close()
    # A picture inside the page's own text is «received» without a byte.
    over_network = [size for size in received if size > 0]
    return Weight(len(over_network), int(sum(over_network)), lcp)


def measure(site: str, link: str | None) -> bool:
    """Print the figures against the budgets and return whether all hold."""
    url = f"{site}{link or teachers_link(site)}/questionnaire?lang=en"
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium found")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        full, plain = weigh(browser, url, script=True), weigh(browser, url, script=False)
        slow = statistics.median(weigh(browser, url, script=True, slow=True).lcp_ms for _ in range(RUNS))
        browser.close()
    kept = True
    for name, weight, budget in (("with script", full, HEAVIEST_KB), ("without", plain, HEAVIEST_WITHOUT_SCRIPT_KB)):
        kilobytes = weight.bytes_ / KILOBYTE
        kept = kept and kilobytes <= budget and weight.requests <= MOST_REQUESTS
        print(f"{name:12} {kilobytes:5.1f} KB in {weight.requests} requests", end=" ")
        print(f"(budget: at most {budget} KB in {MOST_REQUESTS} requests)")
    print(f"largest content after {slow:.0f} ms on slow 3G and a processor four times slower", end=" ")
    print(f"(budget: at most {LATEST_LCP_MS} ms)")
    return kept and slow <= LATEST_LCP_MS


def main() -> None:
    """Measure a system that runs, or one of our own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--site", help="the address of a system that runs")
    options.add_argument("--link", help="a participation link of it; without one, the sample school is made")
    asked = options.parse_args()
    if asked.site:
        within = measure(asked.site, asked.link)
    else:
        with running_system() as site:
            within = measure(site, None)
    sys.exit(not within)


if __name__ == "__main__":
    main()
