"""Every slide and every page in Chromium: what overflows, is too small, dead, or asks for a network.

.venv/bin/python tools/editions/measure.py   # after `make slides site`; needs the extra `browser`

axe looks for barriers on every page, in light and in dark, which takes longer than all the rest.
With --every 3 --axe-every 2 every third deck and page is opened, and axe looks at every second of
these pages.
"""

import argparse
import html
import re
import shutil
import sys
import urllib.parse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import TimeoutError as Timeout
from playwright.sync_api import sync_playwright

WIDTH, HEIGHT, SMALLEST, PHONE = 1280, 720, 18, 390
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
SAYS = re.compile(r"(?![0-9a-f]{20,}|\S*/\S*\.\w+$).*\S", re.DOTALL)  # no name of a file
PATIENCE, MOMENT = 120_000, 5_000  # milliseconds
IS_IN = "scheme => document.documentElement.dataset.theme === scheme"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
GRAVE = ("serious", "critical")
STILL = "* { transition: none !important; animation: none !important }"


def watched(browser, path, **settings):
    """A page with the file open in it, and the list of what it complains of and asks for."""
    faults, page = [], browser.new_context(**settings).new_page()
    page.on("request", lambda r: faults.append(f"asks for {r.url}") if _elsewhere(r.url) else None)
    page.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)
    page.goto(path.resolve().as_uri(), timeout=PATIENCE)
    return page, faults


def _elsewhere(url):
    return bool(re.match(r"(https?|wss?):", url))


def faults_of_a_deck(browser, path):
    page, faults = watched(browser, path, viewport={"width": WIDTH, "height": HEIGHT})
    page.wait_for_function(
        "() => window.measured && (!window.MathJax || !MathJax.Hub.queue.pending)", timeout=PATIENCE
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
    page, faults = watched(browser, path, viewport={"width": WIDTH, "height": HEIGHT})
    faults += [f"its link {target} leads nowhere" for target in dead_links(path)]
    for width, scheme in [(WIDTH, "light"), (WIDTH, "dark"), (PHONE, "light"), (PHONE, "dark")]:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(100)
        try:
            page.wait_for_function(IS_IN, arg=scheme, timeout=MOMENT)
        except Timeout:
            faults.append(f"is not {scheme}")
        if page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"is wider than {width} px")
    alts = page.evaluate("() => [...document.images].map(picture => picture.alt)")
    faults += [f"a picture's words are {alt!r}" for alt in alts if not SAYS.match(alt)]
    page.context.close()
    return faults


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


def barriers_of_a_page(browser, path):
    """What axe finds on a page that is serious or critical."""
    page, _ = watched(browser, path, viewport={"width": WIDTH, "height": HEIGHT})
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.add_style_tag(content=STILL)  # a colour that is still changing is neither of the two
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for found in page.evaluate("() => axe.run({preload: false})")["violations"]:
            where = ", ".join(str(node["target"]) for node in found["nodes"][:3])
            if found["impact"] in GRAVE:
                faults.append(f"axe, {scheme}: {found['help']} ({found['id']}): {where}")
    page.context.close()
    return faults


def faults_of(jobs):
    """The faults of (function, file) pairs, in a browser of their own."""
    found = [shutil.which(name) for name in BROWSERS]
    with sync_playwright() as playwright:
        path = next(filter(None, found), None)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        faults = [f"{path.name}: {what}" for look, path in jobs for what in look(browser, path)]
        browser.close()
    return faults


def main(build, arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--axe-every", type=int, default=1, metavar="N")
    chosen = parser.parse_args(arguments)
    decks = sorted((build / "slides").glob("*.html"))[:: chosen.every]
    pages = sorted((build / "site" / "html").rglob("*.html"))
    pages = [path for path in pages if "_static" not in path.parts][:: chosen.every]
    with_axe = pages[:: chosen.axe_every]
    jobs = [(faults_of_a_deck, path) for path in decks]
    jobs += [(faults_of_a_page, path) for path in pages]
    jobs += [(barriers_of_a_page, path) for path in with_axe]
    with ProcessPoolExecutor(2) as pool:
        faults = [fault for part in pool.map(faults_of, (jobs[::2], jobs[1::2])) for fault in part]
    looked_at = f"Decks: {len(decks)}. Pages: {len(pages)}, {len(with_axe)} of them by axe."
    print("\n".join([*sorted(faults), f"{looked_at} Faults: {len(faults)}."]))
    return 1 if faults or not decks or not pages else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2] / "build"))
