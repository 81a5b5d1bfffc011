"""A person with a browser that knows no scripts: follows links, keeps cookies, fills in our forms.

Names under `.localhost` are this machine, as in every browser (RFC 6761 §6.3); cookies are kept by name
alone, so each site of these tests has a name of its own (spec B11).
"""

import ssl
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

MOST_STEPS = 20


@dataclass(frozen=True)
class Form:
    """A form of a page: where it leads and what it sends by itself."""

    id: str
    action: str
    method: str
    hidden: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Where a walk has ended."""

    url: str
    status: int
    text: str
    forms: tuple[Form, ...]

    def form(self, name: str) -> Form | None:
        """Give the form with this id."""
        return next((form for form in self.forms if form.id == name), None)


class Person:
    """Somebody with an account, at a browser of their own."""

    def __init__(self, email: str, password: str, *, sub: str, trusted: ssl.SSLContext) -> None:
        self.email, self.password, self.sub = email, password, sub
        self.seen: list[str] = []
        self._browser = httpx.Client(verify=trusted, timeout=20, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()

    def open(self, url: str) -> Page:
        """Open an address and go wherever it leads."""
        return self._walk(self._browser.build_request("GET", url))

    def submit(self, page: Page, form: Form, **filled: str) -> Page:
        """Send a form of a page."""
        goal = urljoin(page.url, form.action or page.url)
        sent = {**form.hidden, **filled}
        if form.method == "get":
            return self.open(str(httpx.URL(goal, params=sent)))
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        return self._walk(self._browser.build_request("POST", goal, data=sent, headers={"Origin": origin}))

    def go_through(self, url: str) -> Page:
        """Open a site's sign-in address and do what the provider asks, until the site has its answer."""
        page = self.open(url)
        for _ in range(MOST_STEPS):
            answered = self._answer(page)
            if answered is None:
                return page
            page = answered
        raise AssertionError("the provider asks without end")

    def press(self, page: Page, name: str) -> Page:
        """Send the form with this id as it is."""
        form = page.form(name)
        assert form, f"no form {name} at {page.url}\n{page.text}"
        return self.submit(page, form)

    def _answer(self, page: Page) -> Page | None:
        if form := page.form("signin-form"):
            return self.submit(page, form, login=self.email, password=self.password)
        if form := page.form("consent-form"):
            return self.submit(page, form, decision="allow")
        return None

    def _walk(self, request: httpx.Request) -> Page:
        for _ in range(MOST_STEPS):
            self.seen.append(str(request.url))
            response = self._browser.send(request)
            if response.next_request is None:
                return _page(response)
            request = response.next_request
        raise AssertionError("redirects without end: " + " ".join(self.seen[-MOST_STEPS:]))


class _Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or note a hidden input of the last one."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(
                Form(told.get("id", ""), told.get("action", ""), told.get("method", "get").lower())
            )
        elif tag == "input" and told.get("type") == "hidden" and self.found:
            self.found[-1].hidden[told["name"]] = told.get("value", "")


def _page(response: httpx.Response) -> Page:
    reader = _Forms()
    if response.headers.get("Content-Type", "").startswith("text/html"):
        reader.feed(response.text)
    return Page(str(response.url), response.status_code, response.text, tuple(reader.found))
