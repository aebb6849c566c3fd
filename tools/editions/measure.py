"""Every slide of every deck in Chromium at 1280 × 720: nothing overflows, nothing is too small.

.venv/bin/python tools/editions/measure.py        # after `make slides`; needs the extra `browser`
"""

import html
import re
import shutil
import sys
import urllib.parse
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT, SMALLEST, PHONE = 1280, 720, 18, 390
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
SAYS = re.compile(r"(?![0-9a-f]{20,}|\S*/\S*\.\w+$).*\S", re.DOTALL)  # no name of a file
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def watched(browser, path, **settings):
    """A page with the file open in it, and the list of what it complains of and asks for."""
    faults, page = [], browser.new_context(**settings).new_page()
    page.on("request", lambda r: faults.append(f"asks for {r.url}") if _elsewhere(r.url) else None)
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)
    page.goto(path.resolve().as_uri())
    return page, faults


def _elsewhere(url):
    return bool(re.match(r"(https?|wss?):", url))


def faults_of_a_deck(browser, path):
    page, faults = watched(browser, path, viewport={"width": WIDTH, "height": HEIGHT})
    page.wait_for_function(
        "() => window.measured && (!window.MathJax || !MathJax.Hub.queue.pending)"
    )
    for slide in page.evaluate("() => window.measured()"):
        where = f"slide {slide['slide']} ({slide['text']!r})"
        if slide["height"] > HEIGHT or slide["width"] > WIDTH:
            faults.append(f"{where} is {slide['width']} × {slide['height']}")
        if (slide["least"] or SMALLEST) < SMALLEST:
            faults.append(f"{where} has text of {slide['least']} px")
    page.context.close()
    return faults


def faults_of_a_page(browser, path):
    found = [f"its link {target} leads nowhere" for target in dead_links(path)]
    for width, scheme in [(WIDTH, "light"), (WIDTH, "dark"), (PHONE, "light"), (PHONE, "dark")]:
        view = {"width": width, "height": HEIGHT}
        page, faults = watched(browser, path, viewport=view, color_scheme=scheme)
        if page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"is wider than {width} px")
        if page.evaluate("() => document.documentElement.dataset.theme") != scheme:
            faults.append(f"is not {scheme}")
        alts = page.evaluate("() => [...document.images].map(picture => picture.alt)")
        faults += [f"a picture's words are {alt!r}" for alt in alts if not SAYS.match(alt)]
        page.context.close()
        found += faults
    return sorted(set(found))


def dead_links(path):
    """What a page of the site refers to that is not there, anchors in its own pages included."""
    for target in re.findall(r'\s(?:src|href)="([^"]+)"', path.read_text(encoding="utf-8")):
        address = urllib.parse.urlsplit(html.unescape(target))
        if address.scheme or address.netloc:
            continue
        file = path.parent / urllib.parse.unquote(address.path) if address.path else path
        there = file.exists()
        if there and address.fragment and file.suffix == ".html":
            there = f'id="{urllib.parse.unquote(address.fragment)}"' in file.read_text("utf-8")
        if not there:
            yield target


def main(build):
    jobs = [(faults_of_a_deck, path) for path in sorted((build / "slides").glob("*.html"))]
    pages = sorted((build / "site" / "html").rglob("*.html"))
    jobs += [(faults_of_a_page, path) for path in pages if "_static" not in path.parts]
    found = [shutil.which(name) for name in BROWSERS]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, found), None), args=FLAGS
        )
        faults = [f"{path.name}: {what}" for look, path in jobs for what in look(browser, path)]
        browser.close()
    print("\n".join([*faults, f"Decks and pages: {len(jobs)}. Faults: {len(faults)}."]))
    return 1 if faults or not jobs else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2] / "build"))
