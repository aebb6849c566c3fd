"""Four editions of the course, made from the same notebooks; none of them is stored in git.

make student             without outputs and solutions, to build/student
make instructor          with minutes, open solutions, and the mistakes that check knows
make slides              a reveal.js deck of each lesson, to build/slides
make site                a site that needs no network, to build/site/html
make offline-kit         the lessons, the site and all packages in a folder for a stick, build/kit
make plans               the tables of TEACHING.md, from the lessons' own minutes
make slides ARGS="08"    only this lesson (student, instructor, slides)

What an author may write into a cell's metadata: `slideshow.slide_type` (slide, subslide, fragment,
skip, notes), as JupyterLab's property inspector does, and the tag `solution` (left out of the students'
edition). What must be there, for a question to predict: `options`, a list of three or four answers to
vote on, and `right`, the one of them that is right.
"""
