"""The widget on a partner's page, filled in as a person does it, with scripts and without."""

import re
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, expect

from .stage import Shots

CONSENTS = ("consent-process", "consent-transfer")


@dataclass(frozen=True)
class Story:
    """What a volunteer has to say."""

    address: str = "Октябрьской Революции"
    trouble: str = "яма"
    category: str = "roads.pothole"
    words: str = "Яма на всю полосу у остановки, машины выезжают на встречную"
    email: str = "vera@example.org"
    name: str = "Вера"


class Window:
    """The frame of the widget; each method is one step and ends when the next one is there."""

    def __init__(self, page: Page, shots: Shots) -> None:
        self.page = page
        self.shots = shots
        self.frame: FrameLocator = page.frame_locator("iframe[src*='/w/']")

    @property
    def next(self) -> Locator:
        """The one strong button."""
        return self.frame.locator("main .actions .primary")

    @property
    def title(self) -> Locator:
        """The step's heading."""
        return self.frame.locator("main h1")

    def expect_step(self, name: str) -> None:
        """Wait for a step by its name."""
        expect(self.frame.locator("body")).to_have_attribute("data-step", name)
        expect(self.title).to_be_visible()

    def shoot(self, step: str) -> None:
        """Take the page with the frame as it stands."""
        self.shots.take(self.page, step)

    def choose_suggested_place(self, story: Story) -> None:
        """Type an address and take the first that is suggested while typing."""
        self.expect_step("place")
        self.frame.locator("#address").press_sequentially(story.address[:12])
        self.frame.get_by_role("option").filter(has_text=story.address).first.click()
        expect(self.frame.locator("#coordinates")).to_have_value(re.compile(r"^55\.\d+, 38\.\d+$"))
        expect(self.frame.locator(".pin-report")).to_contain_text(re.compile("Коломна|Kolomna"))
        self.shoot("place")
        self.next.click()
        self.expect_step("category")

    def choose_found_place(self, story: Story) -> None:
        """Type an address, have the server look for it, pick from its list: needs no scripts."""
        self.expect_step("place")
        self.frame.locator("#address").fill(story.address)
        self.frame.locator("button[value=find]").click()
        self.frame.get_by_role("radio").first.check()
        self.shoot("place-found")
        self.next.click()
        self.expect_step("category")

    def search_category(self, story: Story) -> None:
        """Find the category by typing; the list narrows by itself."""
        self.frame.locator("#category-query").press_sequentially(story.trouble)
        self._choose_category(story)

    def ask_category(self, story: Story) -> None:
        """Find the category by asking the server."""
        self.frame.locator("#category-query").fill(story.trouble)
        self.frame.locator("button[value=search]").click()
        self._choose_category(story)

    def describe(self, story: Story) -> None:
        """Answer the questions of the category and say what is wrong."""
        for question in self.frame.locator("fieldset.choices").all():
            question.get_by_role("radio").first.check()
        self.frame.locator("#description").fill(story.words)
        self.shoot("details")
        self.next.click()
        self.expect_step("photos")

    def add_photo(self, photo: bytes) -> None:
        """Take a photo; it goes up by itself."""
        self._put(photo)
        expect(self.frame.locator("ul.photos img")).to_be_visible()
        expect(self.frame.locator("ul.photos li[data-id]")).to_have_count(1)
        self.shoot("photos")
        self.next.click()
        self.expect_step("who")

    def post_photo(self, photo: bytes) -> None:
        """Take a photo and send it with the form."""
        self._put(photo)
        self.frame.locator("button[value=upload]").click()
        expect(self.frame.locator("ul.photos li[data-id]")).to_have_count(1)
        self.shoot("photos")
        self.next.click()
        self.expect_step("who")

    def introduce(self, story: Story) -> None:
        """Leave an e-mail address and agree to what is needed."""
        self.frame.locator("#email").fill(story.email)
        self.frame.locator("#name").fill(story.name)
        self.agree()

    def agree(self) -> None:
        """Tick what is needed, each box by itself, and go on."""
        for name in CONSENTS:
            box = self.frame.locator(f"#{name}")
            expect(box).not_to_be_checked()
            box.check()
        self.shoot("who")
        self.next.click()
        self.expect_step("check")

    def send(self) -> str:
        """Look through and send; gives the number on the receipt."""
        self.shoot("check")
        self.next.click()
        return self.receipt()

    def receipt(self) -> str:
        """Wait for the receipt and give its number."""
        self.expect_step("receipt")
        self.shoot("receipt")
        number = self.frame.locator("main").get_attribute("data-number")
        assert number
        return number

    def _choose_category(self, story: Story) -> None:
        choice = self.frame.locator(f"label.choice:visible:has(input[value='{story.category}'])")
        choice.first.click()
        self.shoot("category")
        self.next.click()
        self.expect_step("details")

    def _put(self, photo: bytes) -> None:
        file = {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": photo}
        self.frame.locator("#photo").set_input_files(file)  # type: ignore[arg-type]  # FilePayload is such a dict


def report_as_guest(window: Window, story: Story, photo: bytes) -> str:
    """Go the whole way with scripts, and give the number."""
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.introduce(story)
    return window.send()
