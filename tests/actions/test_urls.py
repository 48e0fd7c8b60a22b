"""URLs: what is read, and every URL that clients disagree on is refused."""

from __future__ import annotations

import pytest

from havocproof.actions import GrammarError, HttpRequest
from havocproof.actions.urls import url_path_segments
from havocproof.errors import ActionError

AMBIGUOUS = [
    # userinfo and backslashes
    r"http://evil.test\@good.test/",
    r"http://good.test\.evil.test/",
    "http://good.test@evil.test/",
    "http://user:password@evil.test/",
    r"http:\\evil.test/",
    # percent, numbers and other scripts in the host
    "http://%65vil.test/",
    "http://%31%32%37.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://①②⑦.⓪.⓪.①/",
    "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "http://127。0。0。1/",
    "http://bücher.example/",
    "http://evil\u00ad.test/",
    "http://evil\u200b.test/",
    # missing, doubled and odd separators
    "http:///evil.test/",
    "http:/evil.test/",
    "http:evil.test",
    "//evil.test/",
    "http://",
    "http:// evil.test/",
    " http://evil.test/",
    "http://evil.test/ ",
    "http://ev\til.test/",
    "http://ev\nil.test/",
    "http://evil.test\r\n/",
    # ports
    "http://evil.test:+80/",
    "http://evil.test: 80/",
    "http://evil.test:٨٠/",
    "http://evil.test:80:81/",
    "http://evil.test:0x50/",
    "http://evil.test:/",
    "http://evil.test:0/",
    "http://evil.test:080/",
    "http://evil.test:65536/",
    # IPv6
    "http://[::1]evil.test/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[127.0.0.1]/",
    "http://[::1/",
    "http://::1/",
    # spelling
    "HTTP://evil.test/",
    "http://Evil.test/",
    "http://evil.test./",
    "ftp://evil.test/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    # paths
    "http://a.test/x/../y",
    "http://a.test/./x",
    "http://a.test/..",
    "http://a.test//x",
    "http://a.test/x//",
    "http://a.test/%2e%2e/x",
    "http://a.test/%2E/x",
    "http://a.test/x%2Fy",
    "http://a.test/x%5Cy",
    "http://a.test/%00",
    "http://a.test/%0D%0A",
    "http://a.test/%252e",
    "http://a.test/%C3%a9",
    "http://a.test/%41",
    "http://a.test/%7Euser",
    "http://a.test/%C3",
    "http://a.test/%",
    "http://a.test/%zz",
    "http://a.test/..;/admin",
    "http://a.test/x;y=1",
    "http://a.test/<x>",
    "http://a.test/é",
    # query and fragment
    "http://a.test/?",
    "http://a.test/?flag",
    "http://a.test/?=1",
    "http://a.test/?a=1&",
    "http://a.test/?a=1&&b=2",
    "http://a.test/?a=x+y",
    "http://a.test/?a=1;b=2",
    "http://a.test/?a=%",
    "http://a.test/?a=%00",
    "http://a.test/?a=%C3",
    "http://a.test/?%20a=1",
    "http://a.test/#x",
    "http://a.test/?a=1#x",
    "http://a.test/" + "x" * 9000,
]


@pytest.mark.parametrize("url", AMBIGUOUS)
def test_ambiguous_urls_are_refused(url: str) -> None:
    with pytest.raises(ActionError) as caught:
        HttpRequest.from_url(url)
    assert caught.value.field == "url"
    assert caught.value.remedy
    assert url not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "query"),
    [
        ("https://a.test", "a.test", 443, "/", ()),
        ("https://a.test/", "a.test", 443, "/", ()),
        ("http://a.test:8080/x/", "a.test", 8080, "/x/", ()),
        ("https://a.test:443/x", "a.test", 443, "/x", ()),
        ("http://127.0.0.1:81/", "127.0.0.1", 81, "/", ()),
        ("http://[2001:db8::1]/", "2001:db8::1", 80, "/", ()),
        ("https://a.test/wiki/Caf%C3%A9", "a.test", 443, "/wiki/Caf%C3%A9", ()),
        ("https://a.test/@x/a,b=(c)", "a.test", 443, "/@x/a,b=(c)", ()),
        ("https://a.test/?b=2&a=1&b=", "a.test", 443, "/", (("b", "2"), ("a", "1"), ("b", ""))),
        ("https://a.test/?u=https://b/?x=y%26z&n=%C3%a9", "a.test", 443, "/", (("u", "https://b/?x=y&z"), ("n", "é"))),
    ],
)
def test_plain_urls_are_read(url: str, host: str, port: int, path: str, query: tuple[tuple[str, str], ...]) -> None:
    request = HttpRequest.from_url(url)
    assert (request.host, request.port, request.path, request.query) == (host, port, path, query)
    assert request.scheme == url.split(":")[0]


def test_equal_meaning_is_equal_value() -> None:
    spellings = ["https://a.test", "https://a.test/", "https://a.test:443", "https://a.test:443/"]
    assert {HttpRequest.from_url(url).digest() for url in spellings} == {HttpRequest(host="a.test").digest()}
    assert HttpRequest(host="a.test", scheme="http").port == 80
    assert HttpRequest(host="a.test", scheme="http") == HttpRequest(host="a.test", scheme="http", port=80)


def test_a_slash_at_the_end_is_sent_and_is_no_other_place() -> None:
    with_slash, without = HttpRequest(host="a.test", path="/x/"), HttpRequest(host="a.test", path="/x")
    assert with_slash != without
    assert with_slash.target == "/x/"
    [longer], [shorter] = with_slash.parts(), without.parts()
    assert longer.atoms == shorter.atoms
    assert longer.ints["bytes_out"] == shorter.ints["bytes_out"] + 1


def test_path_segments_are_decoded() -> None:
    assert url_path_segments("/") == ()
    assert url_path_segments("/a%20b/%C3%A9!") == ("a b", "é!")
    for path in ("", "a", "/" + "x" * 1024, "/" + "/".join("x" * 65), "/%20a", "/e%CC%81"):
        with pytest.raises(GrammarError):
            url_path_segments(path)


def test_the_query_is_sent_encoded() -> None:
    request = HttpRequest(host="a.test", path="/s", query=(("q", "a&b=c d+é/%"), ("q", "")))
    assert request.target == "/s?q=a%26b%3Dc%20d%2B%C3%A9%2F%25&q="
    assert HttpRequest.from_url(request.url) == request


class TestRedirect:
    START = HttpRequest(
        method="POST",
        host="a.test",
        path="/start",
        headers={"accept": "text/html", "content-type": "text/plain", "x-token": "secret"},
        body="data",
        max_bytes_in=99,
    )

    def test_on_the_same_server_headers_stay_and_the_body_goes(self) -> None:
        for location in ("/next?a=1", "https://a.test/next?a=1", "https://a.test:443/next?a=1"):
            after = self.START.redirect(location)
            assert (after.method, after.body, after.max_bytes_in) == ("GET", "", 99)
            assert after.url == "https://a.test/next?a=1"
            assert dict(after.headers) == {"accept": "text/html", "x-token": "secret"}

    @pytest.mark.parametrize("location", ["https://b.test/", "http://a.test/", "https://a.test:444/"])
    def test_to_another_origin_nothing_goes_along(self, location: str) -> None:
        assert not self.START.redirect(location).headers

    def test_head_stays_head(self) -> None:
        assert HttpRequest(host="a.test", method="HEAD").redirect("/x").method == "HEAD"

    @pytest.mark.parametrize("location", ["//b.test/", "next", "../x", "?a=1", "", "/x#y", r"/\b.test", "/x/../y"])
    def test_anything_else_is_refused(self, location: str) -> None:
        with pytest.raises(ActionError):
            self.START.redirect(location)

    def test_a_location_that_is_no_text(self) -> None:
        with pytest.raises(ActionError):
            self.START.redirect(None)  # type: ignore[arg-type]
