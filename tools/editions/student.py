"""The students' edition: no outputs, no solutions; the exercises are in."""

from notebooks.cells import tags

from editions.lessons import without_solutions


def for_students(lesson):
    """Clear a lesson's outputs and take out its solutions, in place."""
    kept = []
    for cell in lesson.nb.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
        else:
            cell.source = without_solutions(cell.source)
        if cell.source and "solution" not in tags(cell):
            kept.append(cell)
    lesson.nb.cells = kept
