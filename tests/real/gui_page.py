"""What gui.sh does in the browser. Prints `ok<tab>name` or `bad<tab>name<tab>detail`, a line for each check."""

import base64
import json
import os
import signal
import subprocess
import sys
import time

from chrome import Chrome, Failed


def said(is_right, name, detail=""):
    detail = str(detail).replace("\t", " ").replace("\n", " ")[:300]
    print(f"ok\t{name}" if is_right else f"bad\t{name}\t{detail}", flush=True)


def check(name, act):
    """`act` fails by an exception or by something that is not true."""
    try:
        value = act()
    except Failed as error:
        said(False, name, error)
        return False
    said(value is not False and value is not None, name, value)
    return True


def network(asked, done, what):
    with open(asked, "w", encoding="ascii") as file:
        file.write(what + "\n")
    with open(done, encoding="ascii") as file:
        file.readline()


LINKS = "document.querySelectorAll('.link:not(.access):not(.ghost)').length"
SETTLED = "document.getElementById('graph').dataset.settled === 'true'"


def judge(chrome, origin):
    said(not chrome.errors(), "no error on the console", chrome.errors())
    foreign = [url for url in chrome.requests if not url.startswith((origin, origin.replace("http", "ws"), "data:", "blob:"))]
    said(not foreign, "no request leaves the host", foreign)


def page(origin, asked, done, shots):
    chrome = Chrome(1366, 768)
    try:
        chrome.open(origin)
        check("three switches are drawn", lambda: chrome.wait("document.querySelectorAll('.node.switch').length === 3"))
        check("three hosts, with their addresses", lambda: chrome.wait(
            "['10.0.0.1','10.0.0.2','10.0.0.3'].every(a => [...document.querySelectorAll('.node.host .label')].some(l => l.textContent === a))"))
        check("two cables", lambda: chrome.wait(f"{LINKS} === 2"))
        check("it says that it is live", lambda: chrome.wait("document.getElementById('status-text').textContent === 'Live'"))
        check("it comes to rest", lambda: chrome.wait(SETTLED, 30))
        check("no two nodes lie on each other", lambda: chrome.run(
            "(() => { const b = [...document.querySelectorAll('.node .shape')].map(e => e.getBoundingClientRect());"
            " return b.every((p, i) => b.every((q, j) => i >= j || p.right <= q.left || q.right <= p.left || p.bottom <= q.top || q.bottom <= p.top)) })()"))
        chrome.screenshot(f"{shots}/1-network.png")

        chrome.click(".node.switch[data-key='0000000000000002']")
        check("a click opens a switch", lambda: chrome.wait("document.querySelector('#panel h2')?.textContent === 's2'"))
        check("its three ports are up", lambda: chrome.wait("document.querySelectorAll('#panel .state.up').length >= 3"))
        check("a port says where it leads", lambda: chrome.wait("[...document.querySelectorAll('#panel .go')].map(e => e.innerText).join().match(/s1.*s3|s3.*s1/s)"))
        network(asked, done, "ping")
        check("rates are shown", lambda: chrome.wait("/[1-9][0-9.]* k?b\\/s/.test(document.querySelector('#panel table').innerText)"))
        chrome.screenshot(f"{shots}/2-ports.png")
        chrome.click("[data-tab=flows]")
        check("its flows are shown", lambda: chrome.wait("document.querySelectorAll('#panel .flow').length >= 2"))
        check("with fields, actions and counters", lambda: chrome.wait("/dl_dst|eth_dst/.test(document.querySelector('#panel').innerText) && /OUTPUT:/.test(document.querySelector('#panel').innerText) && /packets/.test(document.querySelector('#panel').innerText)"))
        chrome.run("(() => { const i = document.querySelector('#panel input'); i.value = 'CONTROLLER'; i.dispatchEvent(new Event('input')) })()")
        check("a filter filters", lambda: chrome.wait("[...document.querySelectorAll('#panel .flow')].every(f => f.innerText.includes('CONTROLLER'))"))
        chrome.scheme("dark")
        chrome.screenshot(f"{shots}/3-flows-dark.png")
        chrome.scheme("light")
        chrome.click("[data-tab=groups]")
        check("groups are asked for", lambda: chrome.wait("document.querySelector('#panel').innerText.includes('No group')"))
        chrome.click("[data-tab=meters]")
        meters = "document.querySelector('#panel').innerText"
        check("its meters are shown", lambda: chrome.wait("document.querySelectorAll('#panel .flow').length === 2"))
        check("with their bands", lambda: chrome.wait(f"/DROP above 100 Mb\\/s/.test({meters}) && /DROP above 1 packet\\/s/.test({meters})"))
        network(asked, done, "ping")
        check("and counters", lambda: chrome.wait(f"/[1-9][0-9]* packets . .*1 flow entry/.test({meters}) && /packets\\/s ./.test({meters})"))
        chrome.screenshot(f"{shots}/3-meters.png")
        chrome.click("[data-tab=about]")
        check("the switch says who made it", lambda: chrome.wait("document.querySelector('#panel').innerText.includes('Open vSwitch')"))

        events = "document.querySelectorAll(\"#events [data-what='link-delete']\").length"
        network(asked, done, "cut")
        began = time.monotonic()
        check("a cable that is cut vanishes", lambda: chrome.wait(f"{LINKS} === 1", 10))
        took = time.monotonic() - began
        said(took < 3, "within three seconds", f"{took:.1f} s")
        check("it is in the events", lambda: chrome.wait(f"{events} === 1"))
        check("by name", lambda: chrome.wait("/s2 . s3 is cut/.test(document.getElementById('events').innerText)"))
        chrome.screenshot(f"{shots}/4-cut.png")
        network(asked, done, "mend")
        check("mended, it is back", lambda: chrome.wait(f"{LINKS} === 2", 20))

        # By keyboard alone.
        chrome.press("Escape")
        check("Escape closes the details", lambda: chrome.wait("document.getElementById('panel').hidden"))
        check("and the node has the focus again", lambda: chrome.wait("document.activeElement.dataset?.key === '0000000000000002'"))
        before = chrome.run("document.activeElement.dataset.key")
        for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
            chrome.press(key)
            if chrome.run("document.activeElement.dataset.key") != before:
                break
        said(chrome.run("document.activeElement.dataset.key") != before, "an arrow goes to another node")
        chrome.press("Enter", "\r")
        check("Enter opens it", lambda: chrome.wait("!document.getElementById('panel').hidden"))
        said(chrome.run("document.activeElement.matches(':focus-visible')"), "the focus is seen")
        said(chrome.run("[...document.querySelectorAll('.node')].filter(n => n.getAttribute('tabindex') === '0').length") == 1, "Tab reaches one node")
        said(chrome.run("[...document.querySelectorAll('button, input, .node')].every(e => (e.getAttribute('aria-label') || e.textContent || e.title).trim())"), "whatever can be used has a name")
        chrome.press("Escape")
        chrome.press("/", "/")
        chrome.call("Input.insertText", text="10.0.0.3")
        chrome.press("Enter", "\r")
        check("a search opens a host", lambda: chrome.wait("/10\\.0\\.0\\.3/.test(document.querySelector('#panel h2')?.textContent)"))
        check("which says where it is", lambda: chrome.wait("document.querySelector('#panel').innerText.includes('s3')"))
        chrome.press("Escape")

        chrome.click("#view-controller")
        check("sessions, apps and the loop", lambda: chrome.wait("/0000000000000003/.test(document.getElementById('controller').innerText) && /gui_topology/.test(document.getElementById('controller').innerText) && /Longest turn/.test(document.getElementById('controller').innerText)"))
        chrome.screenshot(f"{shots}/5-controller.png")
        chrome.click("#view-network")

        chrome.size(390, 844, True, 2)
        chrome.open(origin)
        check("on a phone", lambda: chrome.wait(f"{LINKS} === 2 && {SETTLED}", 30))
        said(chrome.run("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out", chrome.run("document.documentElement.scrollWidth"))
        said(chrome.run("(() => { const g = document.getElementById('graph').getBoundingClientRect(); return [...document.querySelectorAll('.node .shape')].every(e => { const b = e.getBoundingClientRect(); return b.left >= g.left && b.right <= g.right && b.top >= g.top && b.bottom <= g.bottom }) })()"), "every node is in the picture")
        chrome.screenshot(f"{shots}/6-phone.png")
        chrome.click(".node.switch[data-key='0000000000000001']")
        check("a tap opens a switch", lambda: chrome.wait("document.querySelectorAll('#panel .state').length >= 2"))
        time.sleep(1)
        chrome.screenshot(f"{shots}/7-phone-switch.png")
        said(chrome.run("document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('#panel [role=tab]')].every(t => t.getBoundingClientRect().right <= innerWidth)"),
             "all tabs are in the picture", chrome.run("[...document.querySelectorAll('#panel [role=tab]')].map(t => t.getBoundingClientRect().right)"))
        judge(chrome, origin)
    finally:
        chrome.close()


def old(origin, shots):
    chrome = Chrome(1366, 768)
    try:
        chrome.open(origin)
        check("two switches are drawn", lambda: chrome.wait("document.querySelectorAll('.node.switch').length === 2"))
        chrome.click(".node.switch[data-key='0000000000000001']")
        check("a click opens one", lambda: chrome.wait("document.querySelector('#panel h2')?.textContent === 's1'"))
        chrome.click("[data-tab=meters]")
        check("it says that 1.0 has no meters", lambda: chrome.wait(
            "document.querySelector('#panel').innerText.includes('OpenFlow 1.0 has no meters.')"))
        chrome.screenshot(f"{shots}/0-meters-1.0.png")
        # The browser itself notes a status of 501.
        own = [text for text in chrome.errors() if "501" not in text]
        said(not own, "no error on the console", own)
    finally:
        chrome.close()


def lost(origin, controller, shots, again):
    chrome = Chrome(1366, 768)
    process = None
    try:
        chrome.open(origin)
        check("the page is there", lambda: chrome.wait(f"{LINKS} === 2"))
        os.kill(int(controller), signal.SIGKILL)
        check("it says that the controller is lost", lambda: chrome.wait("!document.getElementById('lost').hidden && /does not answer/.test(document.getElementById('lost').innerText)"))
        said(chrome.run(f"{LINKS} === 2"), "and keeps what was known")
        chrome.screenshot(f"{shots}/8-lost.png")
        process = subprocess.Popen(again, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        check("it comes back by itself", lambda: chrome.wait("document.getElementById('status-text').textContent === 'Live' && document.getElementById('lost').hidden", 30))
        check("with the network", lambda: chrome.wait(f"{LINKS} === 2", 40))
        check("and has noted both", lambda: chrome.wait("Boolean(document.querySelector('#events [data-what=lost]') && document.querySelector('#events [data-what=connected]'))"))
    finally:
        chrome.close()
        if process:
            process.terminate()
            process.wait(10)


def ryus(origin, asked, done, shots, html, d3):
    """Ryu's files come from its own folder, d3 from a package; everything else is our service's."""
    chrome = Chrome(1366, 768)
    types = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

    def paused(params):
        url = params["request"]["url"]
        path = url[len(origin):] if url.startswith(origin) else None
        file = d3 if "d3" in url and path is None else os.path.join(html, path or "index.html") if path is not None else None
        chrome.number += 1
        reply = {"id": chrome.number, "params": {"requestId": params["requestId"]}}
        if file and "/" not in (path or "") and os.path.isfile(file):
            with open(file, "rb") as source:
                body = base64.b64encode(source.read()).decode()
            reply["method"] = "Fetch.fulfillRequest"
            reply["params"].update(responseCode=200, body=body, responseHeaders=[{"name": "content-type", "value": types[file.rsplit(".", 1)[1]]}])
        else:
            reply["method"] = "Fetch.continueRequest"
        chrome.socket.send(json.dumps(reply))

    chrome.handlers["Fetch.requestPaused"] = paused
    try:
        chrome.call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        chrome.open(origin)
        check("Ryu's page: three switches", lambda: chrome.wait("document.querySelectorAll('.node').length === 3", 20))
        check("Ryu's page: two cables, four ports", lambda: chrome.wait("document.querySelectorAll('line.link').length === 2 && document.querySelectorAll('.port').length === 4"))
        network(asked, done, "cut")
        check("Ryu's page: a cut cable vanishes", lambda: chrome.wait("document.querySelectorAll('line.link').length === 1", 15))
        network(asked, done, "mend")
        check("Ryu's page: mended, it is back", lambda: chrome.wait("document.querySelectorAll('line.link').length === 2", 20))
        time.sleep(2)
        place = chrome.run("(() => { const b = document.querySelector('.node image').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] })()")
        chrome.call("Input.dispatchMouseEvent", type="mousePressed", x=place[0], y=place[1], button="left", clickCount=1)
        chrome.call("Input.dispatchMouseEvent", type="mouseMoved", x=place[0] + 5, y=place[1] + 5, button="left", buttons=1)
        chrome.call("Input.dispatchMouseEvent", type="mouseReleased", x=place[0] + 5, y=place[1] + 5, button="left", clickCount=1)
        check("Ryu's page: flows of a switch that is dragged", lambda: chrome.wait("document.querySelectorAll('#console li').length >= 1 && /actions/.test(document.querySelector('#console li').textContent)"))
        chrome.screenshot(f"{shots}/9-ryus.png")
        # Its own slip: what it does not know (event_host_add) it answers with an exception.
        own = [text for text in chrome.errors() if "rpc[data.method] is not a function" not in text and "favicon.ico" not in text]
        said(not own, "Ryu's page: no error but its own", own)
    finally:
        chrome.close()


def token(host, secret):
    """Name and password in the address stand for what a browser's question would bring."""
    chrome = Chrome()
    try:
        chrome.open(f"http://{host}/")
        check("without the token there is no page", lambda: chrome.wait(
            "location.href !== 'about:blank' && document.readyState === 'complete' && !document.getElementById('graph')"))
        chrome.messages.clear()
        chrome.open(f"http://ryu:{secret}@{host}/")
        check("with it, REST answers the page", lambda: chrome.wait("document.querySelectorAll('.node.switch').length === 3"))
        check("and the WebSocket is open", lambda: chrome.wait("document.getElementById('status-text').textContent === 'Live'"))
    finally:
        chrome.close()


if sys.argv[1] == "--token":
    token(*sys.argv[2:4])
elif sys.argv[1] == "--old":
    old(*sys.argv[2:4])
elif sys.argv[1] == "--lost":
    lost(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:])
elif sys.argv[1] == "--ryu":
    ryus(*sys.argv[2:8])
else:
    page(*sys.argv[1:5])
