"""Every slide of every deck in Chromium at 1280 × 720: nothing overflows, nothing is too small.

.venv/bin/python tools/editions/measure.py        # after `make slides`; needs the extra `browser`
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT, SMALLEST = 1280, 720, 18
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def faults_of(page, path):
    """What is wrong with a deck, one line a fault; requests to other machines are faults as well."""
    faults = []
    page.on("request", lambda r: faults.append(f"asks for {r.url}") if _elsewhere(r.url) else None)
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)
    page.goto(path.resolve().as_uri())
    page.wait_for_function(
        "() => window.measured && (!window.MathJax || !MathJax.Hub.queue.pending)"
    )
    slides = page.evaluate("() => window.measured()")
    for slide in slides:
        where = f"slide {slide['slide']} ({slide['text']!r})"
        if slide["height"] > HEIGHT or slide["width"] > WIDTH:
            faults.append(f"{where} is {slide['width']} × {slide['height']}")
        if (slide["least"] or SMALLEST) < SMALLEST:
            faults.append(f"{where} has text of {slide['least']} px")
    return len(slides), [f"{path.name}: {fault}" for fault in faults]


def _elsewhere(url):
    return bool(re.match(r"(https?|wss?):", url))


def main(folder):
    found = [shutil.which(name) for name in BROWSERS]
    with sync_playwright() as playwright:
        path = next(filter(None, found), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        faults, count = [], 0
        for deck in sorted(folder.glob("*.slides.html")):
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            slides, wrong = faults_of(page, deck)
            count += slides
            faults += wrong
            page.close()
        browser.close()
    print("\n".join([*faults, f"Slides: {count}. Faults: {len(faults)}."]))
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2] / "build" / "slides"))
