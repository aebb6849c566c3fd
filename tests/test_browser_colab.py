"""A lesson's slider, moved in a browser with Colab's ipywidgets 7.

The page is that of the classic Notebook, whose widgets are the generation that Colab has. Its
environment is the one that `make versions ARGS=colab` leaves in build/versions/colab; where that or
a browser is missing the test is skipped, and with COURSE_BROWSER=required it fails instead.
"""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from test_browser import FLAGS, ROOT, START, browser, unavailable  # noqa: F401

PYTHON = ROOT / "build" / "versions" / "colab" / "bin" / "python"
LESSON = "00_start_here.ipynb"
SLIDER = ".widget-slider .ui-slider-handle"
PICTURE = "() => document.querySelector('img.widget-image')?.src ?? ''"
SHOWN = """() => { const picture = document.querySelector('img.widget-image');
    return picture && picture.complete && picture.naturalWidth > 0; }"""
RUN_ALL = "() => Jupyter.notebook.execute_all_cells()"
READY = "() => window.Jupyter?.notebook?.kernel?.is_connected()"


@pytest.fixture
def notebook(tmp_path):
    """The address of a classic Notebook server over a copy of the lesson."""
    if not PYTHON.exists():
        unavailable("there is no environment with Colab's versions: make versions ARGS=colab")
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [PYTHON, "-m", "notebook", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--NotebookApp.token=", "--NotebookApp.password=", "--ip=127.0.0.1"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER"))}
    clean |= {"HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")}
    log = tmp_path / "log"
    with log.open("w") as said, subprocess.Popen(
        command, cwd=tmp_path, env=clean, stdout=said, stderr=said, stdin=subprocess.DEVNULL
    ) as process:  # fmt: skip
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=5).close()
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait(20)


def test_moving_a_slider_changes_the_picture_and_the_words(browser, notebook):  # noqa: F811
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{notebook}/notebooks/notebooks/{LESSON}", timeout=START)
    page.wait_for_function(READY, timeout=START)
    page.evaluate(RUN_ALL)
    slider = page.locator(SLIDER).first
    slider.wait_for(timeout=START)
    page.wait_for_function(SHOWN, timeout=START)
    errors = page.locator(".output_error").all_text_contents()
    assert not errors, errors
    words = page.locator(".widget-html").first
    before, said = page.evaluate(PICTURE), words.text_content()
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"before => ({PICTURE})() !== before", arg=before, timeout=START)
    page.wait_for_timeout(500)  # the words come after the picture
    assert words.text_content() != said
    assert re.search(r"\w", words.text_content())
    page.close()
