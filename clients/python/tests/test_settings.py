"""Where the api is: what can never work is refused at once, and said nowhere."""

import traceback

import pytest

from understudy import Client
from understudy._settings import settings_of


@pytest.mark.parametrize(
    "url",
    [
        "https://us:pl4nted@api.example",
        "https://:pl4nted@api.example",
        "htp://us:pl4nted@api.example",
        "https://api.example/?key=pl4nted",
        "https://api.example#pl4nted",
        "https://us:pl4nted@[api",
        "https://us:pl4nted\u2100@api.example",
        "https://us:pl4nted@api.example:99999",
        "pl4nted",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_said_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_URL", url)
    with pytest.raises(ValueError) as caught:
        Client()
    said = "".join(traceback.format_exception(caught.value, chain=True))
    assert "pl4nted" not in said.replace(repr(url), "")
    with pytest.raises(ValueError) as asked:
        settings_of(url, None, {})
    assert "pl4nted" not in str(asked.value)
    assert asked.value.__suppress_context__ or asked.value.__context__ is None


def test_others_are_taken() -> None:
    assert settings_of(" https://ml.example/understudy/ ", None, {}).url == "https://ml.example/understudy"
    assert settings_of(None, None, {"UNDERSTUDY_CONFIG": "/nowhere"}).url == "http://127.0.0.1:7400"
