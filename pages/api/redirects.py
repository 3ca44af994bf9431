"""Ways to the sign-in page and back to where somebody was."""

from urllib.parse import quote

LOGIN = "/login"
_NOT_PAGES = ("/api/", "/files/", "/_stcore/", "/static/", "/component/", "/media/", "/login", "/logout", "/setup")


def local_page(target: str) -> str:
    r"""`target` when it is a page of ours, else «/»: an address in a link must not lead people to another site.

    Browsers drop tabs and line ends and read «\» as «/», hence the look at every sign.
    """
    if not target.startswith("/") or target.startswith("//") or len(target) > 4000 or target.startswith(_NOT_PAGES):
        return "/"
    if "\\" in target or any(ord(sign) <= 0x20 or 0x7F <= ord(sign) <= 0x9F for sign in target):
        return "/"
    return target


def login_url(target: str = "/") -> str:
    """Address of the sign-in page that leads back to `target`."""
    page = local_page(target)
    return LOGIN if page == "/" else f"{LOGIN}?next={quote(page, safe='/')}"
