"""Documents on the page of a film, in a real browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.server import Server
from tests.shelf import barriers, stored

pytestmark = pytest.mark.browser


@pytest.mark.walk
def test_without_scripts_a_document_is_given_along_downloaded_and_deleted(
    browser: Browser, pages: Server, film: Path, tmp_path: Path
) -> None:
    video = stored(pages, film, title="With slides", processed=False)
    slides = tmp_path / "Folien & Größen.pdf"
    slides.write_bytes(b"%PDF-1.7\n")
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        page.get_by_text("Add a document").click()
        page.get_by_label("PDF, slides or text").set_input_files(slides)
        page.get_by_role("button", name="Add", exact=True).click()
        link = page.get_by_role("link", name="Folien & Größen.pdf")
        with page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == "Folien & Größen.pdf"
        assert Path(download.value.path()).read_bytes() == slides.read_bytes()
    for scheme, width in (("light", 390), ("dark", 1440)):
        with browser.new_context(
            base_url=pages.url,
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport={"width": width, "height": 900},
            bypass_csp=True,
        ) as context:
            page = context.new_page()
            page.goto(video["links"]["page"])
            expect(page.get_by_role("link", name="Folien & Größen.pdf")).to_be_visible()
            assert barriers(page) == []
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        page.get_by_role("button", name="Delete Folien").click()
        expect(page.get_by_role("link", name="Folien & Größen.pdf")).to_have_count(0)
