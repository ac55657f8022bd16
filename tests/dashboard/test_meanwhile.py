# SPDX-License-Identifier: MIT
"""What happens while a page is open: another node lists, a colleague changes
what is shown, a node dies."""
import json
import os
import shutil
import signal
import urllib.request

import network as networks
from launcher import Phone
from test_pages import ask

KEYS = [{"k": "1" * 32, "opc": "a" * 32}, {"k": "2" * 32, "opc": "b" * 32}]

BADGE = "return document.querySelector('.nav .badge')?.innerText"
GIVEN_AS = ("return [...document.querySelectorAll('dialog select')].map("
            "(e) => e.value).filter((v) => v === 'op' || v === 'opc')")
MODEL = "return document.querySelector('textarea.model')?.value"
MORE_AT_THE_HSS = """const asked = window.fetch;
window.fetch = async (url, ...more) => {
    const isOfHss = String(url).includes('/nodes/hss1/registrations');
    const answer = await asked(isOfHss ? url.replace('&after=7', '') : url,
        ...more);
    if (!isOfHss || !answer.ok) return answer;
    const value = {...await answer.json(), next_after: '7'};
    return new Response(JSON.stringify(value), {headers: answer.headers});
};"""
NEWS = "return document.querySelector('p.sr[role=status]').textContent"
ROWS = "return document.querySelectorAll('main tbody tr').length"
SLOW = """const at_once = window.fetch;
window.fetch = (url, ...more) => String(url).includes('/registrations')
    ? new Promise((then) => setTimeout(then, 4000))
        .then(() => at_once(url, ...more))
    : at_once(url, ...more);
location.hash = arguments[0];"""
TYPED = """return [...document.querySelectorAll('dialog label')].find((l) =>
    l.innerText.startsWith('Networks the user may roam'))?.control.value"""
STANDING = "return document.querySelector('main [role=status]')?.innerText"


def secrets(page):
    return page.script("return [...document.querySelectorAll('dialog fieldset"
                       " td.mono')].map((e) => e.innerText)")


def put(launcher, path, body):
    """As a colleague would, whatever is there."""
    request = urllib.request.Request(
        f"{launcher.dashboard}/api/v1/{path}", method="PUT",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "If-Match": "*"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status in (200, 204)


def test_another_node_may_list_who_is_registered(page, box, bob):
    page.go("registrations?by=scscf1")
    page.sees("sip:bob@ims.example", "agree")
    for node in "hss1", "pcscf1", "hss1":
        page.choose("Whose list", f"as {node} lists them")
        page.sees("sip:bob@ims.example", "agree")
    ask(box, "POST", "subscribers/sip:bob@ims.example/deregister", {})
    page.sees("Nobody is registered")


def test_a_page_of_a_list_is_of_the_node_that_listed_it(chromium, box, bob):
    page, pids = chromium, box.pids()
    page.visit(box.dashboard)
    page.script(MORE_AT_THE_HSS)
    page.click("Registrations")
    page.click("Next page")
    page.until(lambda: "after=7" in page.driver.current_url, "its address")
    os.kill(pids["hss1"], signal.SIGSTOP)
    page.sees("hss1 is dead", "not known")
    assert "Nobody is registered" not in page.text()
    assert "sip:bob@ims.example" in page.text()
    for node in "scscf1", "pcscf1":
        os.kill(pids[node], signal.SIGSTOP)
    page.until(lambda: "pcscf1" in page.script(NEWS), "nobody lists")
    page.go("registrations")
    page.sees("nobody can say who is registered")
    for node in "hss1", "scscf1", "pcscf1":
        os.kill(pids[node], signal.SIGCONT)
    page.sees("sip:bob@ims.example", "agree")
    assert page.complaints(["status of 50"]) == []


def test_a_page_shows_what_takes_longer_than_until_it_asks_again(page, bob):
    page.go("calls")
    page.script(SLOW, "#/registrations/sip%3Abob%40ims.example")
    page.sees("Expire now")


def test_a_revealed_key_stays_with_its_identity(page, box):
    ask(box, "POST", "subscribers", {
        "privates": [{"impi": f"two-{c}@ims.example", "aka": aka}
                     for c, aka in zip("ab", KEYS)],
        "sets": [{"publics": [{"impu": "sip:two@ims.example"}]}]})
    page.go("subscribers/sip%3Atwo%40ims.example?edit=1")
    page.click("Show what is kept", within="dialog")
    page.until(lambda: KEYS[0]["k"] in secrets(page), "the key of two-a")
    page.choose("The operator's part", "OP, of the operator")
    page.fill("OP", "0" * 32)
    page.click("Move two-b@ims.example up")
    page.until(lambda: KEYS[0]["k"] not in secrets(page), "no key of two-b")
    page.click("Show what is kept", within="dialog fieldset")
    page.until(lambda: KEYS[1]["k"] in secrets(page), "the key of two-b")
    assert KEYS[0]["k"] not in secrets(page)
    assert page.script(GIVEN_AS) == ["opc", "op"]


def test_a_password_that_was_changed_is_shown_no_more(page):
    page.go("subscribers?add=frank")
    page.fill("Password", "the-first")
    page.click("Add a subscriber", within="dialog")
    page.sees("Added.", "the-first")
    page.click("Edit", ".head button")
    page.fill("Password", "another")
    page.click("Save")
    page.sees_not("the-first")
    page.sees("For the phone")


def edited(box, what, services):
    return put(box, what, {**ask(box, "GET", what), "services": services})


def test_a_profile_that_a_colleague_changed_is_edited_as_it_is_now(
        chromium, box):
    page, profile = chromium, "profiles/telephony"
    page.visit(box.dashboard)
    page.go("subscribers/catalogue")
    page.sees("Profile telephony")
    edited(box, profile, ["urn:urn-7:theirs"])
    page.click("Edit: Profile telephony")
    page.click("JSON", "[role=tab]")
    model = page.until(lambda: page.script(MODEL), "the model")
    assert json.loads(model)["services"] == ["urn:urn-7:theirs"]
    edited(box, profile, ["urn:urn-7:newer"])
    page.click("Save")
    page.sees("read it again")
    page.click("Cancel", within="dialog")
    page.sees("urn:urn-7:newer")
    page.click("Edit: Profile telephony")
    page.fill("Services", "urn:urn-7:mine")
    page.click("Save")
    page.sees("urn:urn-7:mine")
    assert ask(box, "GET", profile)["services"] == ["urn:urn-7:mine"]
    ask(box, "POST", "reset", {})
    page.sees_not("urn:urn-7:mine")
    page.sees("Profile telephony")
    ask(box, "PUT", "profiles/brief", {"services": []})
    page.go("subscribers/catalogue")
    page.sees("Profile brief")
    ask(box, "DELETE", "profiles/brief")
    page.click("Edit: Profile brief")
    page.sees("there is no service profile brief")
    assert page.complaints(["status of 4"]) == []


def test_a_key_that_was_changed_is_shown_no_more(page, box):
    ask(box, "POST", "subscribers", {"name": "sim", **KEYS[0]})
    page.go("subscribers/sip%3Asim%40ims.example")
    page.click("Show the secrets")
    page.sees(KEYS[0]["k"])
    page.click("Edit", ".head button")
    page.fill("K", KEYS[1]["k"])
    page.fill("OPc", KEYS[1]["opc"])
    page.click("Save")
    page.sees_not(KEYS[0]["k"])


def test_of_a_dead_hss_nobody_says_who_is_registered(chromium, box, bob):
    page = chromium
    page.visit(box.dashboard)
    page.go("subscribers/sip%3Abob%40ims.example")
    page.find(".pill", "registered", "main [role=status]")
    box.kill("hss1")
    page.until(lambda: page.script(STANDING) and "hss1" in
               page.script(STANDING), "it says that the HSS is silent")
    assert "registered" not in page.script(STANDING)
    assert page.complaints(["status of 50"]) == []


LEAVE = "dispatchEvent(new Event('pagehide'))"
RETURN = "dispatchEvent(new Event('pageshow'))"


def test_what_was_set_back_while_nobody_listened_is_forgotten(page, box,
                                                              block):
    phone = Phone(box.net, "mallory", "", block.address(36))
    assert " 403 " in phone.request(1, 'nonce="", response=""')
    page.until(lambda: page.script(BADGE), "the doctor has news")
    ask(box, "POST", "subscribers", {"name": "late", "password": "p"})
    page.click("Subscribers")
    page.sees("sip:late@ims.example")
    page.script(LEAVE)
    ask(box, "POST", "reset", {})
    page.script(RETURN)
    page.sees_not("sip:late@ims.example")
    page.sees("sip:bob@ims.example")
    page.until(lambda: not page.script(BADGE), "the doctor forgot")


def test_a_page_comes_by_itself_when_its_node_answers_again(chromium, box):
    page, hss = chromium, box.pids()["hss1"]
    page.visit(box.dashboard)
    page.go("subscribers/sip%3Abob%40ims.example?edit=1")
    page.fill("Networks the user may roam in", "typed.example")
    os.kill(hss, signal.SIGSTOP)
    page.until(lambda: "hss1" in page.script(NEWS), "hss1 is known as dead")
    page.script(LEAVE)
    page.script(RETURN)
    page.sees("hss1 is dead")
    assert page.script(TYPED) == "typed.example"
    page.go("subscribers")
    page.sees("hss1 is dead")
    os.kill(hss, signal.SIGCONT)
    page.sees("sip:bob@ims.example")
    page.sees_not("hss1 is dead")
    assert page.complaints(["status of 50"]) == []


def test_a_part_that_cannot_be_loaded_says_so(chromium, launch, monkeypatch,
                                              tmp_path):
    pages = tmp_path / "pages"
    shutil.copytree(networks.ROOT / "pages/dist", pages)
    monkeypatch.setenv("IMSBOX_PAGES", str(pages))
    launcher, page = launch(), chromium
    launcher.wait_for("box is ready")
    page.visit(launcher.dashboard)
    part, = (pages / "assets").glob("registrations-*.js")
    hidden = part.rename(pages / "away.js")
    page.click("Registrations")
    page.sees("The network does not answer.")
    hidden.rename(part)
    page.click("Reload the page")
    page.sees("Nobody is registered")
    expected = ["status of 404", "MIME type"]
    assert page.complaints(expected) == []


def test_of_a_former_life_nothing_stays_open(chromium, box, bob):
    page = chromium
    page.visit(box.dashboard)
    page.go("ladder?user=bob")
    page.open_step("401 Unauthorized", "icscf1 to pcscf1")
    page.click("Pause")
    box.stop()
    page.sees("Reconnecting")
    box.start()
    page.sees_not("Reconnecting")
    page.sees("Nothing has happened yet")
    page.find("button", "Pause")
    assert "step=" not in page.driver.current_url
    assert page.complaints(["ERR_", "status of"]) == []


def test_a_search_has_all_its_pages(page, box):
    ask(box, "POST", "subscribers/ranges",
        {"first": "1101", "count": 60, "name": "pupil {n}"})
    ask(box, "POST", "subscribers", {"name": "pupil", "password": "p"})
    page.go("subscribers?q=pupil")
    page.sees("sip:pupil@ims.example")
    assert page.script(ROWS) == 51
    page.click("Next page")
    page.until(lambda: page.script(ROWS) == 10, "the rest")
