import re
from tests.browser.test_imports import opened, upload, samples, expect
def test_dom(enter):
    page = opened(enter)
    upload(page, "association.xlsx", samples.PATH.read_bytes())
    expect(page.get_by_role("heading", name="Что будет сделано")).to_be_visible()
    page.screenshot(path="/tmp/imp1.png")
    page.get_by_role("tab", name="Новое и изменённое: 26").click();
    expect(page.get_by_role("row", name="Юр.лица 3 ООО Лазурит Направление Медицина")).to_be_visible()
    page.set_viewport_size({"width":1440,"height":1700}); page.wait_for_timeout(1000)
    page.screenshot(path="/tmp/imp2.png", full_page=True)
