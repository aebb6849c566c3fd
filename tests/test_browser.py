"""Every lesson in JupyterLab in a real browser: opened, run, and each control moved.

Needs playwright and a Chromium, which a learner does without; where one is missing the tests are
skipped, and with COURSE_BROWSER=required in the environment (as in .ci/run) they fail instead.

    .venv/bin/python -m pip install -e ".[browser]"
    .venv/bin/python -m pytest tests/test_browser.py
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from course_lib.quizzes import questions_of

try:
    import axe_playwright_python
    from playwright.sync_api import TimeoutError as Timeout
    from playwright.sync_api import sync_playwright
except ImportError:
    sync_playwright = Timeout = axe_playwright_python = None

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
]  # fmt: skip

# What this lesson shows in a browser, the first dozen steps of its trainings show as well;
# `make test` trains its models to the end.
SHORT = ["11_training_a_gpt.ipynb"]
SHORTEN = """\
import short_lessons

short_lessons.shorten()
get_ipython().ast_transformers.append(short_lessons.ClaimsAsExpressions())"""

# The one address outside this machine that a lesson names: these tests answer it themselves.
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
BADGE_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="117" height="20"/>'
ELSEWHERE = re.compile(r"^(https?|wss?)://(?!(localhost|127\.0\.0\.1)[:/])")

START, RUN, MOVE = 60_000, 600_000, 20_000  # patience, in milliseconds
IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"

# What a reader sees in each cell that the page has attached; pictures still loading count as 0 wide.
CELLS = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(cell => ({
    code: cell.classList.contains('jp-CodeCell'),
    prompt: cell.querySelector('.jp-InputPrompt')?.textContent ?? '',
    outputs: [...cell.querySelectorAll('.jp-OutputArea-output')].map(output => ({
        mime: output.dataset.mimeType ?? '', text: output.textContent})),
    text: cell.querySelector('.jp-Cell-outputWrapper, .jp-MarkdownOutput')?.textContent ?? '',
    pictures: [...cell.querySelectorAll('img')].map(picture => ({
        alt: picture.alt, width: picture.complete ? picture.naturalWidth : 0})),
}))"""

HAS_BEGUN = """() => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]
    .some(prompt => /[*\\d]/.test(prompt.textContent))"""

# JupyterLab may replace a cell at any moment while a lesson opens, so the script finds it again.
SCROLL = "() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].at(-1)?.scrollIntoView()"

# Every cell has its number (a cell that is folded shows none), or one failed that may not: then the
# rest is not run. ``mayFail`` has the places of those that may, among all cells.
HAVE_RUN = """mayFail => {
    const shown = '.jp-Notebook .jp-CodeCell .jp-InputPrompt:not(.jp-Placeholder-prompt)';
    const prompts = [...document.querySelectorAll(shown)];
    const cells = [...document.querySelectorAll('.jp-Notebook .jp-Cell')];
    const failed = '[data-mime-type="application/vnd.jupyter.stderr"]';
    return prompts.every(prompt => /\\[\\d+\\]/.test(prompt.textContent))
        || cells.some((cell, place) => !mayFail.includes(place) && cell.querySelector(failed));
}"""

# The picture under the first lesson's slider, wherever the page has scrolled to.
WIDGET_SHOWN = """() => {
    [...document.querySelectorAll('.jp-Notebook .jp-Cell')].at(-1)?.scrollIntoView();
    const picture = document.querySelector('.jp-Notebook .widget-html img');
    return picture && picture.complete && picture.naturalWidth > 0;
}"""

# What stands below the controls: the picture's bytes, as text to compare, and the words.
ANSWER = """async cell => {
    const picture = cell.querySelector('.widget-html img');
    await picture.decode();
    const bytes = new Uint8Array(await (await fetch(picture.src)).arrayBuffer());
    const words = cell.querySelector('.widget-html p');
    return {
        picture: bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), ''),
        words: words?.textContent ?? '',
    };
}"""

# From the key or the choice to the picture (or the words) that answer it, in milliseconds.
WATCH = """cell => {
    window.moved = window.answered = null;
    const start = () => { window.moved ??= performance.now(); };
    const answer = () => { if (window.moved) window.answered = performance.now() - window.moved; };
    document.addEventListener('keydown', start, {capture: true, once: true});
    document.addEventListener('change', start, {capture: true, once: true});
    cell.addEventListener('load', answer, {capture: true, once: true});
    const words = cell.querySelector('.widget-html:has(p)');
    if (words) {
        const look = new MutationObserver(() => { if (window.moved && window.answered === null) answer(); });
        look.observe(words, {childList: true, subtree: true, characterData: true});
    }
}"""


# What a lesson shows: its texts and the outputs of its cells. Left out is what JupyterLab and
# ipywidgets make of these and a lesson cannot change.
SHOWN = [".jp-Notebook .jp-OutputArea-output", ".jp-Notebook .jp-MarkdownOutput"]
NOT_OURS = [
    ".jp-RenderedImage img",  # JupyterLab drops a stored picture's alt text; its words stand below
    ".noUi-handle",  # the handle of a slider, which ipywidgets does not name after its label
]
BARRIERS = """([include, exclude]) => axe.run({include, exclude}, {preload: false})
    .then(found => found.violations)"""


def unavailable(reason):
    """Skip, saying why; fail instead where a browser was asked for."""
    if os.environ.get("COURSE_BROWSER") == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser():
    """Chromium, without a window."""
    if sync_playwright is None:
        unavailable(
            'playwright or axe is not installed: .venv/bin/python -m pip install -e ".[browser]"'
        )
    with sync_playwright() as playwright:
        found = [shutil.which(name) for name in BROWSERS]
        found += [
            path for path in (MAC, playwright.chromium.executable_path) if os.path.exists(path)
        ]
        path = next(filter(None, found), None)
        if path is None:
            unavailable("there is no Chromium or Chrome here (Debian: apt install chromium)")
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """A JupyterLab over a copy of the lessons, with settings of its own: its address and token."""
    root = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "images", "tools"):
        shutil.copytree(ROOT / name, root / name)
    for short in (root / "notebooks" / name for name in SHORT):
        nb = json.loads(short.read_text(encoding="utf-8"))
        setup = next(cell for cell in nb["cells"] if cell["id"] == "colab-setup")
        setup["source"] = SHORTEN
        short.write_text(json.dumps(nb), encoding="utf-8")
    environ = os.environ | {
        "PYTHONPATH": str(ROOT / "tests"),
        "JUPYTER_CONFIG_DIR": str(root / "jupyter" / "config"),
        "JUPYTER_DATA_DIR": str(root / "jupyter" / "data"),
        "JUPYTER_RUNTIME_DIR": str(root / "jupyter" / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(root / "jupyter" / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(root / "jupyter" / "workspaces"),
        "IPYTHONDIR": str(root / "ipython"),
    }
    # A lesson that one has run is trusted, and only there would a widget stored by mistake be shown.
    trust = [sys.executable, "-m", "jupyter", "trust", *(root / "notebooks").glob("*.ipynb")]
    subprocess.run(trust, env=environ, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, root / "tools" / "lab.py", "--no-browser", f"--port={port}"]
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, text=True, encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        try:
            said = []
            for line in process.stdout:
                said.append(line)
                if found := re.search(r"(http://[^/\s]+)/\S*[?]token=(\w+)", line):
                    break
            else:
                pytest.fail("tools/lab.py ended without an address:\n" + "".join(said))
            rest = threading.Thread(target=process.stdout.read, daemon=True)
            rest.start()  # so that the pipe never fills
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            yield SimpleNamespace(root=root, address=found[1], token=found[2], context=context)
            context.close()
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.stem)
def opened(request, lab):
    """A lesson as it is when it is opened, before anything has run."""
    path = lab.root / "notebooks" / request.param.name
    lesson = SimpleNamespace(
        name=path.name,
        cells=json.loads(path.read_text(encoding="utf-8"))["cells"],
        page=lab.context.new_page(),
        faults=[],
    )
    watch(lesson)
    address = f"{lab.address}/lab/tree/notebooks/{path.name}?token={lab.token}&reset"
    lesson.page.goto(address, timeout=START)
    lesson.page.wait_for_selector(IDLE, timeout=START)
    lesson.seen = look(lesson)
    yield lesson
    lesson.page.close()
    stop_kernels(lab)


@pytest.fixture(scope="module")
def ran(opened):
    """The same lesson after Run All Cells, its stored outputs cleared first."""
    page = opened.page
    may_fail = [place for place, cell in enumerate(opened.cells) if may_raise(cell)]
    menu(page, "Edit", "Clear Outputs of All Cells")
    run_all(page)
    try:
        page.wait_for_function(HAVE_RUN, arg=may_fail, timeout=RUN)
    except Timeout:
        prompts = page.locator(".jp-Notebook .jp-InputPrompt").all_text_contents()
        pytest.fail(f"still running after {RUN / 1000:.0f} s: {' '.join(prompts)}")
    page.wait_for_selector(IDLE, timeout=START)
    return SimpleNamespace(**vars(opened) | {"seen": look(opened)})


def may_raise(cell):
    """Whether the lesson shows the error that this cell ends in."""
    return "raises-exception" in cell["metadata"].get("tags", [])


def watch(lesson):
    """Write down errors in the browser's console, and what it asks of other machines."""

    def elsewhere(route):
        if route.request.url == BADGE:
            route.fulfill(body=BADGE_PICTURE, content_type="image/svg+xml")
        else:
            lesson.faults.append(f"asked for {route.request.url}")
            route.abort()

    def socket_opened(web_socket):
        if ELSEWHERE.match(web_socket.url):
            lesson.faults.append(f"opened {web_socket.url}")

    def said(message):
        if message.type == "error":
            lesson.faults.append(f"console: {message.text}")

    lesson.page.route(ELSEWHERE, elsewhere)
    lesson.page.on("websocket", socket_opened)
    lesson.page.on("console", said)
    lesson.page.on("pageerror", lambda error: lesson.faults.append(f"script: {error}"))


def menu(page, name, entry):
    """Choose an entry of JupyterLab's menu bar."""
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{name}$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{entry}$")).click()


def run_all(page):
    """Have every cell run; without effect while JupyterLab is still connecting to the kernel."""
    for _ in range(10):
        menu(page, "Run", "Run All Cells")
        page.wait_for_timeout(500)
        if page.evaluate(HAS_BEGUN):
            break


def look(lesson):
    """What the page shows of each cell, by the cell's id. JupyterLab attaches cells as one scrolls."""
    seen, before = [], None
    for _ in range(300):
        seen, before = lesson.page.evaluate(CELLS), seen
        pictures = [picture for cell in seen for picture in cell["pictures"]]
        all_there = len(seen) == len(lesson.cells) and all(p["width"] for p in pictures)
        if all_there and seen == before:
            break
        lesson.page.evaluate(SCROLL)
        lesson.page.wait_for_timeout(100)
    assert len(seen) == len(lesson.cells), f"{len(seen)} of {len(lesson.cells)} cells are shown"
    return {cell["id"]: what for cell, what in zip(lesson.cells, seen, strict=True)}


def stop_kernels(lab):
    """End the kernels, so that one lesson's memory is free for the next."""
    token = {"Authorization": f"token {lab.token}"}
    kernels = f"{lab.address}/api/kernels"
    for kernel in lab.context.request.get(kernels, headers=token).json():
        answer = lab.context.request.delete(f"{kernels}/{kernel['id']}", headers=token)
        assert answer.ok, answer.text()


def stored_pictures(cell):
    """The words of each picture that the stored notebook has in this cell."""
    return [
        "".join(output["data"]["text/plain"])
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]


def plain(text):
    """The text with one space wherever it has any."""
    return " ".join(text.split())


def test_before_anything_has_run_every_picture_is_there(opened):
    for cell in opened.cells:
        seen = opened.seen[cell["id"]]
        for what in ("not found", "Error displaying widget", "Loading widget"):
            assert what not in seen["text"] or cell["cell_type"] == "markdown", cell["id"]
        if cell["cell_type"] == "code":
            assert len(seen["pictures"]) == len(stored_pictures(cell)), cell["id"]
        assert all(picture["width"] for picture in seen["pictures"]), f"{cell['id']}: broken"


def test_every_cell_runs(ran):
    excused = {cell["id"] for cell in ran.cells if may_raise(cell)}
    complaints = [
        f"{name}: {output['text'][-500:]}"
        for name, cell in ran.seen.items()
        if name not in excused
        for output in cell["outputs"]
        if output["mime"].endswith(".stderr")
    ]
    assert not complaints, "\n".join(complaints)
    code = [cell for cell in ran.cells if cell["cell_type"] == "code"]
    folded = [cell["metadata"].get("jupyter", {}).get("source_hidden", False) for cell in code]
    prompts = [ran.seen[cell["id"]]["prompt"] for cell in code]
    numbers = range(1, len(code) + 1)
    assert prompts == ["" if f else f"[{k}]:" for k, f in zip(numbers, folded, strict=True)]


def test_every_figure_is_drawn(ran):
    for cell in ran.cells:
        seen = ran.seen[cell["id"]]
        if cell["cell_type"] == "code":
            assert len(seen["pictures"]) == len(stored_pictures(cell)), cell["id"]
        assert all(picture["width"] for picture in seen["pictures"]), f"{cell['id']}: broken"


def test_every_figure_comes_with_its_words(ran):
    def same(text):  # after a dozen steps the numbers are others
        return plain(re.sub(r"[\d.,]+", "#", text) if ran.name in SHORT else text)

    wordless = [
        cell["id"]
        for cell in ran.cells
        if "nbval-ignore-output" not in cell["metadata"].get("tags", [])  # its words may change
        for words in stored_pictures(cell)
        if same(words) not in same(ran.seen[cell["id"]]["text"])
        and words not in [picture["alt"] for picture in ran.seen[cell["id"]]["pictures"]]
    ]
    assert not wordless, f"neither alt text nor words on the page: {', '.join(wordless)}"


def test_axe_finds_no_barrier_in_what_the_lesson_shows(ran):
    axe = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    ran.page.evaluate(axe.read_text(encoding="utf-8"))
    barriers = [
        f"{found['help']} ({found['id']}): {node['target']} {node['html'][:200]}"
        for found in ran.page.evaluate(BARRIERS, [SHOWN, NOT_OURS])
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]
    assert not barriers, "\n".join(barriers)


def test_every_control_changes_its_picture(ran, capsys):
    for k, cell in enumerate(ran.cells):
        if cell["cell_type"] != "code" or "explore(" not in "".join(cell["source"]):
            continue
        view = ran.page.locator(".jp-Notebook .jp-Cell").nth(k)
        controls = view.locator(".widget-inline-hbox:not(.widget-html)")
        assert controls.count(), f"{cell['id']}: no controls"
        changed = []
        for j in range(controls.count()):
            name = controls.nth(j).locator(".widget-label").first.text_content()
            where = f"{ran.name} {cell['id']}: {name}"
            took, new_picture, step = move(controls.nth(j), view, where)
            move(controls.nth(j), view, where, -step)
            changed.append(new_picture)
            with capsys.disabled():
                what = "new picture" if new_picture else "new words, the same picture"
                print(f"\n{where}: {what} in {took:.0f} ms", end="")
        assert any(changed), f"{cell['id']}: no control changes the picture"
    errors = ran.page.locator(".jp-OutputArea-output[data-mime-type$='.stderr']")
    before = [output for cell in ran.seen.values() for output in cell["outputs"]
              if output["mime"].endswith(".stderr")]  # fmt: skip
    assert errors.count() == len(before)  # moving adds none


def move(control, view, where, step=None):
    """Move a control and wait: the milliseconds, whether the picture changed, and the step taken.

    A picture may stay as it is for a good reason (a softmax does not heed a shift); then the words
    below it must change.
    """
    page = control.page
    before = view.evaluate(ANSWER)
    slider, choice = control.locator(".noUi-handle"), control.locator("select")
    text = control.locator("input[type=text]")
    assert slider.count() or choice.count() or text.count(), (
        f"{where}: this test cannot move such a control yet"
    )
    control.scroll_into_view_if_needed()
    view.evaluate(WATCH)
    if slider.count():
        slider.last.focus()
        at, end = (slider.last.get_attribute(f"aria-value{what}") for what in ("now", "max"))
        step = step or (-1 if at == end else 1)
        page.keyboard.press("ArrowRight" if step > 0 else "ArrowLeft")
    elif text.count() and not choice.count():
        was, step = text.input_value(), step or 1
        text.fill(f"{was} So" if step > 0 else was.removesuffix(" So"))
        text.press("Enter")
    else:
        options, at = choice.evaluate("menu => [menu.options.length, menu.selectedIndex]")
        step = step or 1
        choice.select_option(index=(at + step) % options)
    try:
        page.wait_for_function("() => window.answered !== null", timeout=MOVE)
    except Timeout:
        pytest.fail(f"{where} was moved, and no answer came in {MOVE / 1000:.0f} s")
    for _ in range(15):  # picture and words come one after the other
        page.wait_for_timeout(100)
        after = view.evaluate(ANSWER)
        if after["picture"] != before["picture"]:
            break
    assert after != before, f"{where} was moved, and picture and words are the same"
    return page.evaluate("() => window.answered"), after["picture"] != before["picture"], step


def test_a_quiz_says_to_each_choice_what_it_deserves(ran):
    if ran.name != PATHS[0].name:
        pytest.skip("the first lesson's quiz answers for all of them")
    place = [cell["id"] for cell in ran.cells].index("questions-quiz")
    view = ran.page.locator(".jp-Notebook .jp-Cell").nth(place)
    view.scroll_into_view_if_needed()
    questions, boxes = questions_of(PATHS[0].name[:2]), view.locator(".widget-radio-box")
    assert boxes.count() == len(questions)
    assert view.locator("input:checked").count() == 0
    for k, question in enumerate(questions):
        for n, choice in enumerate(question.choices):
            boxes.nth(k).locator("input").nth(n).click()
            view.get_by_text(choice.reason).wait_for(timeout=MOVE)
        said = view.locator("[role=status]").all_text_contents()
        assert len(said) == k + 1  # the last choice of each question, and no other


def test_a_lesson_that_was_run_shows_its_widgets_when_it_is_opened_again(lab):
    first = PATHS[0]
    address = f"{lab.address}/lab/tree/notebooks/{first.name}?token={lab.token}&reset"
    page = lab.context.new_page()
    page.goto(address, timeout=START)
    page.wait_for_selector(IDLE, timeout=START)
    menu(page, "Edit", "Clear Outputs of All Cells")
    run_all(page)
    page.wait_for_function(WIDGET_SHOWN, timeout=START)
    page.wait_for_selector(IDLE, timeout=START)
    menu(page, "File", "Save Notebook")
    saved = lab.root / "notebooks" / first.name
    for _ in range(100):
        if "widgets" in json.loads(saved.read_text(encoding="utf-8"))["metadata"]:
            break
        page.wait_for_timeout(100)
    page.close()
    stop_kernels(lab)
    page = lab.context.new_page()
    page.goto(address, timeout=START)
    page.wait_for_selector(IDLE, timeout=START)
    page.wait_for_function(WIDGET_SHOWN, timeout=START)
    assert "model not found" not in page.locator(".jp-Notebook").text_content()
    page.close()
    stop_kernels(lab)
    shutil.copy(first, saved)


def test_no_errors_in_the_console_and_nothing_asked_of_other_machines(ran):
    assert not ran.faults, "\n".join(ran.faults)
