"""The documented web servers pass on what the settings read, and without it a page goes to HTTPS first."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

PAGE = (Path(__file__).resolve().parents[2] / "docs/how-to/put-it-behind-a-proxy.md").read_text("utf-8")
DOOR = "/accounts/login/"


def headers_of(block):
    """The headers that a server of nginx's passes on, as Django names them, with the values of a visit by HTTPS."""
    visit = {"$host": "plans.example.org", "$scheme": "https", "$remote_addr": "192.0.2.7"}
    return {
        f"HTTP_{name.upper().replace('-', '_')}": visit[value]
        for name, value in re.findall(r"proxy_set_header (\S+) (\S+);", block)
    }


@pytest.mark.django_db
def test_what_nginx_passes_on_is_what_the_settings_read():
    headers = headers_of(PAGE)
    name, value = settings.SECURE_PROXY_SSL_HEADER
    assert headers[name] == value and headers["HTTP_HOST"] == "plans.example.org"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "SECURE_SSL_REDIRECT", True)
        patch.setattr(settings, "ALLOWED_HOSTS", ["plans.example.org"])
        assert Client().get(DOOR, **headers).status_code == 200
        without = Client().get(DOOR, HTTP_HOST="plans.example.org")
        assert without.status_code == 301 and without.url == f"https://plans.example.org{DOOR}"
        assert Client().get(DOOR, **{**headers, "HTTP_HOST": "forged.example.org"}).status_code == 400


def test_uploads_larger_than_a_form_takes_are_turned_away_at_the_door():
    nginx, caddy = re.search(r"client_max_body_size (\d+)m;", PAGE), re.search(r"max_size (\d+)MB", PAGE)
    assert int(nginx[1]) == int(caddy[1]) and 5 < int(nginx[1]) < 50
    assert int(nginx[1]) * 1024 * 1024 >= settings.DATA_UPLOAD_MAX_MEMORY_SIZE
