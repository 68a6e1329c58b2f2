"""Mail servers as a URL names them."""

import pytest

from utils.smtp_servers import smtp_server


def test_a_url_says_all_of_it() -> None:
    server = smtp_server("smtps://videos%40harbour.example:p%40ss@mail.harbour.example:4650?from=films@harbour.example")
    assert (server.host, server.port, server.encrypted) == ("mail.harbour.example", 4650, True)
    assert (server.name, server.password) == ("videos@harbour.example", "p@ss")
    assert server.sender == "films@harbour.example"
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize(
    ("url", "port", "sender"),
    [
        ("smtp://mail.example", 587, "reelgate@mail.example"),
        ("smtps://mira%40harbour.example:x@mail.example", 465, "mira@harbour.example"),
        ("smtp://mira:x@mail.example/", 587, "reelgate@mail.example"),
    ],
)
def test_what_is_left_out_is_as_usual(url: str, port: int, sender: str) -> None:
    assert (smtp_server(url).port, smtp_server(url).sender) == (port, sender)


@pytest.mark.parametrize(
    "url",
    [
        *("", "mail.example", "http://mail.example", "smtp://", "smtp://mail.example:port", "smtp://mail.example/path"),
        *(
            "smtp://mail.example?form=a@b.example",
            "smtp://mail.example?from=nobody",
            "smtp://mail.example?from=a@b%0d%0aX",
        ),
    ],
)
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be a URL"):
        smtp_server(url)
