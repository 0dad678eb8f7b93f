"""In what two faces may show a message differently, and nothing else. At most ten."""

from collections.abc import Mapping

NORMALISATIONS: Mapping[str, str] = {
    "space": "White space, and the dots between the cells of a row, do not count.",
    "unseen": "A character that acts on a screen or cannot be seen counts as it is written out, "
    "and so does a line end where there is but one line.",
    "person": "A mention counts as the actor's id.",
    "moment": "A time that runs counts as the moment it runs from, in UTC and whole seconds.",
    "sign": "The status of a plan's entry counts as the sign before it; the sign before a title "
    "that stands for a colour does not count.",
    "pings": "A mention that is only there to notify does not count as text.",
    "file": "A text that became a file counts as standing where its beginning stands.",
    "whole": "A message that says it is shortened counts as the file that has all of it.",
    "button": "The same call twice counts once, and what tells two labels apart does not count.",
    "name": "Of a file's name the first fifty letters, digits and full stops count.",
}
"""Name, as it stands beside the code -> what it means."""
