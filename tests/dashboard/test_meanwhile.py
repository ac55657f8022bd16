# SPDX-License-Identifier: MIT
"""What happens while a page is open: another node lists."""
from test_pages import ask

ROWS = "return document.querySelectorAll('main tbody tr').length"


def test_another_node_may_list_who_is_registered(page, box, bob):
    page.go("registrations?by=scscf1")
    page.sees("sip:bob@ims.example", "agree")
    for node in "hss1", "pcscf1", "hss1":
        page.choose("Whose list", f"as {node} lists them")
        page.sees("sip:bob@ims.example", "agree")
    ask(box, "POST", "subscribers/sip:bob@ims.example/deregister", {})
    page.sees("Nobody is registered")


def test_a_search_has_all_its_pages(page, box):
    ask(box, "POST", "subscribers/ranges",
        {"first": "1101", "count": 60, "name": "pupil {n}"})
    ask(box, "POST", "subscribers", {"name": "pupil", "password": "p"})
    page.go("subscribers?q=pupil")
    page.sees("sip:pupil@ims.example")
    assert page.script(ROWS) == 51
    page.click("Next page")
    page.until(lambda: page.script(ROWS) == 10, "the rest")
