"""The first lesson in a browser with Colab's ipywidgets 7: its slider moved, its quiz answered.

The page is that of the classic Notebook, whose widgets are the generation that Colab has. Its
environment is the one that `make versions ARGS=colab` leaves in build/versions/colab; where that or
a browser is missing the tests are skipped, and with COURSE_BROWSER=required they fail instead.
"""

import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from types import SimpleNamespace

import pytest
from test_browser import ELSEWHERE, MOVE, ROOT, START, Timeout, browser, unavailable  # noqa: F401

from course_lib.quizzes import questions_of

PYTHON = ROOT / "build" / "versions" / "colab" / "bin" / "python"
LESSON = "00_start_here.ipynb"
SLIDER = ".widget-slider .ui-slider-handle"
PICTURE = "() => document.querySelector('.widget-html img')?.src ?? ''"
HAVE_RUN = """() => {
    const cells = Jupyter.notebook.get_cells().filter(cell => cell.cell_type === 'code');
    return cells.every(cell => cell.input_prompt_number > 0);
}"""
# The picture, the words below it and the quiz: the page makes each view in a moment of its own.
SHOWN = """() => {
    const picture = document.querySelector('.widget-html img');
    return picture?.complete && picture.naturalWidth > 0
        && /\\w/.test(document.querySelector('.widget-html p')?.textContent ?? '')
        && document.querySelector('.course-quiz .widget-radio-box input');
}"""
RUN_ALL = "() => Jupyter.notebook.execute_all_cells()"
READY = "() => window.Jupyter?.notebook?.kernel?.is_connected()"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The address of a classic Notebook server over a copy of the lesson, and the server's log."""
    if not PYTHON.exists():
        unavailable("there is no environment with Colab's versions: make versions ARGS=colab")
    place = tmp_path_factory.mktemp("classic")
    shutil.copytree(ROOT / "notebooks", place / "notebooks")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [PYTHON, "-m", "notebook", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--NotebookApp.token=", "--NotebookApp.password=", "--ip=127.0.0.1"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER"))}
    clean |= {"HOME": str(place), "IPYTHONDIR": str(place / "ipython")}
    log = place / "log"
    with log.open("w") as said, subprocess.Popen(
        command, cwd=place, env=clean, stdout=said, stderr=said, stdin=subprocess.DEVNULL
    ) as process:  # fmt: skip
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=5).close()
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield SimpleNamespace(address=address, log=log)
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def page(browser, notebook):  # noqa: F811
    """The lesson's page after all cells have run."""
    page, console = browser.new_page(viewport={"width": 1280, "height": 900}), []
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    page.route(ELSEWHERE, lambda route: route.abort())  # MathJax, which this Notebook fetches
    page.goto(f"{notebook.address}/notebooks/notebooks/{LESSON}", timeout=START)
    page.wait_for_function(READY, timeout=START)
    # This page first asks the kernel for the widgets of an earlier visit, and draws all outputs
    # again once it has the answer: what cells show in between is lost.
    page.wait_for_timeout(3000)
    page.evaluate(RUN_ALL)
    try:
        page.wait_for_function(HAVE_RUN, timeout=START)
        page.wait_for_function(SHOWN, timeout=START)
    except Timeout:
        outputs = page.locator(".output_area").all_text_contents()
        pytest.fail("\n".join(["no widgets", *outputs, *console, notebook.log.read_text()]))
    yield page
    page.close()


def test_no_cell_ends_in_an_error(page):
    assert not page.locator(".output_error").all_text_contents()


def test_moving_a_slider_changes_the_picture_and_the_words(page):
    words = page.locator(".widget-html p").first
    before, said = page.evaluate(PICTURE), words.text_content()
    page.locator(SLIDER).first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"before => ({PICTURE})() !== before", arg=before, timeout=START)
    page.wait_for_timeout(500)  # the words come after the picture
    assert words.text_content() != said
    assert re.search(r"\w", words.text_content())


def test_a_quiz_says_to_each_choice_what_it_deserves(page):
    questions, boxes = questions_of(LESSON[:2]), page.locator(".course-quiz .widget-radio-box")
    assert boxes.count() == len(questions)
    for k, question in enumerate(questions):
        for n, choice in enumerate(question.choices):
            boxes.nth(k).locator("input").nth(n).click()
            page.locator(".course-quiz").get_by_text(choice.reason).wait_for(timeout=MOVE)
