"""The commands: student, instructor, slides, site, kit and plans.

The status is 1 for what has to be put right, and 77 where a browser library can't be fetched.
"""

import argparse
import sys
from pathlib import Path

from notebooks.course import Course
from notebooks.files import Problem

import editions
from editions.fetched import NotFetched
from editions.instructor import for_instructors
from editions.lessons import copy_edition
from editions.plans import write_plans
from editions.student import for_students

LEFT_OUT = 77


def _student(course, paths, out):
    copy_edition(course, paths, out / "student", for_students)
    return out / "student" / "notebooks"


def _instructor(course, paths, out):
    copy_edition(course, paths, out / "instructor", for_instructors)
    return out / "instructor" / "notebooks"


def _slides(course, paths, out):
    from editions.slides import make_slides  # needs nbconvert

    return make_slides(course, paths, out / "slides")


def _site(course, paths, out):
    from editions.site import make_site  # needs Sphinx

    return make_site(course, paths, out / "site")


def _kit(course, paths, out):
    from editions.kit import make_kit  # needs Sphinx, for the site

    return make_kit(course, paths, out / "kit")


def _plans(course, paths, out):
    return write_plans(course)


COMMANDS = {
    "student": _student,
    "instructor": _instructor,
    "slides": _slides,
    "site": _site,
    "kit": _kit,
    "plans": _plans,
}


def main(arguments=None, root=None):
    parser = argparse.ArgumentParser(
        description=editions.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("edition", choices=COMMANDS)
    parser.add_argument("notebook", nargs="*", help="path, file name or lesson number")
    chosen = parser.parse_args(arguments)
    course = Course(root or Path(__file__).resolve().parents[2])
    try:
        paths = course.find(chosen.notebook)
        where = COMMANDS[chosen.edition](course, paths, course.root / "build")
    except Problem as problem:
        print(problem, file=sys.stderr)
        return LEFT_OUT if isinstance(problem, NotFetched) else 1
    count = "1 lesson" if len(paths) == 1 else f"{len(paths)} lessons"
    print(f"{chosen.edition}: {count}, in {where.relative_to(course.root)}")
    return 0
