"""A page is used by tests as by a person, also while it draws itself anew."""

import pytest

from tests.emulators.browser import a_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

RESTLESS = """data:text/html,<div id=here></div><p id=messages></p><script>
const draw = () => {
  here.innerHTML = '<select><option>ann</option><option>bob</option></select>';
  here.firstChild.onchange = (chosen) => messages.textContent += chosen.target.value + ' ';
};
draw();
setInterval(draw, 3);
</script>"""
TIMES = 20


def test_a_list_that_is_drawn_anew_can_be_chosen_from() -> None:
    with a_page(RESTLESS) as page:
        for _ in range(TIMES):
            page.choose("#here select", "bob")

        assert page.shows(" ".join(["bob"] * TIMES))
