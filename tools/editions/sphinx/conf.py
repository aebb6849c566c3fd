"""Sphinx's configuration of the site; `make site` copies it beside the pages."""

import json
from pathlib import Path

from docutils import nodes

project = "From a tensor to a working GPT"
author = "the course's authors"
copyright = "the course's authors; text and pictures CC BY 4.0, code MIT"
extensions = ["myst_nb", "sphinx.ext.mathjax"]
exclude_patterns = ["student", "download"]
language = "en"
highlight_language = "text"

nb_execution_mode = "off"
nb_ipywidgets_js = {}
nb_mime_priority_overrides = [
    ("html", "image/png", 0),
    ("html", "application/vnd.jupyter.widget-view+json", 100),
]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]

html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "show_navbar_depth": 1,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
mathjax_path = "tex-svg.js"
mathjax3_config = {"svg": {"fontCache": "local"}, "options": {"enableMenu": False}}

ALTS = json.loads((Path(__file__).parent / "alts.json").read_text(encoding="utf-8"))


def name_pictures(app, doctree):
    """Give each stored picture its alt text; myst-nb would take the name of its file."""
    for picture in doctree.findall(nodes.image):
        alt = ALTS.get(Path(picture["uri"]).stem)
        if alt:
            picture["alt"] = alt


def setup(app):
    app.connect("doctree-read", name_pictures)
    return {"parallel_read_safe": True}
