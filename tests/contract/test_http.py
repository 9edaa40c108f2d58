"""What may be said after an exchange whose transport is mocked: what goes out, and what each failure means."""

import time

import httpx
import pytest
from pytest_httpx import HTTPXMock

from gateway.canonical.order import Retry, Unknown
from gateway.flow.ports import Transport
from gateway.wire.http import HttpTransport
from gateway.wire.message import WireResponse
from tests.contract.peer import ANSWER, BROKEN, NO_TIME, REQUEST

URL = "http://index.example/soap"


class TestMapping:
    def test_it_is_a_transport(self, http: HttpTransport) -> None:
        transport: Transport = http
        assert transport is http

    def test_one_request_goes_out_as_it_was_given(self, http: HttpTransport, httpx_mock: HTTPXMock) -> None:
        httpx_mock.add_response(content=b"<a/>", headers={"content-type": "text/xml"})
        assert http.exchange(REQUEST, url=URL, deadline=5) == ANSWER
        (sent,) = httpx_mock.get_requests()
        assert (sent.method, str(sent.url), sent.content) == ("POST", URL, REQUEST.body)
        assert sent.headers["content-type"] == REQUEST.content_type
        assert sent.headers["soapaction"] == '"urn:doe"'
        assert sent.headers["accept-encoding"] == "identity"

    @pytest.mark.parametrize("status", [201, 204, 302, 307, 401, 404, 429, 500, 502, 503, 504])
    def test_a_status_is_the_adapters_and_a_redirect_is_not_followed(
        self, http: HttpTransport, httpx_mock: HTTPXMock, status: int
    ) -> None:
        httpx_mock.add_response(status, headers={"location": "http://elders.example/"})
        assert http.exchange(REQUEST, url=URL, deadline=5) == WireResponse(status, b"")

    def test_no_cookie_is_kept(self, http: HttpTransport, httpx_mock: HTTPXMock) -> None:
        httpx_mock.add_response(headers={"set-cookie": "volg=1"}, is_reusable=True)
        for _ in range(2):
            http.exchange(REQUEST, url=URL, deadline=5)
        assert ["cookie" in sent.headers for sent in httpx_mock.get_requests()] == [False, False]

    @pytest.mark.parametrize(
        ("error", "outcome"),
        [
            (httpx.ConnectError, Retry(reason="geen-verbinding")),
            (httpx.ConnectTimeout, Retry(reason="geen-verbinding")),
            (httpx.PoolTimeout, Retry(reason="geen-vrije-verbinding")),
            (httpx.UnsupportedProtocol, Retry(reason="adres")),
            (httpx.ReadTimeout, NO_TIME),
            (httpx.WriteTimeout, NO_TIME),
            (httpx.ReadError, BROKEN),
            (httpx.WriteError, BROKEN),
            (httpx.CloseError, BROKEN),
            (httpx.RemoteProtocolError, BROKEN),
            (httpx.LocalProtocolError, BROKEN),
        ],
    )
    def test_only_what_certainly_never_left_may_be_sent_again(
        self, http: HttpTransport, httpx_mock: HTTPXMock, error: type[httpx.TransportError], outcome: object
    ) -> None:
        httpx_mock.add_exception(error("geheim"))
        assert http.exchange(REQUEST, url=URL, deadline=5) == outcome

    @pytest.mark.parametrize("url", ["ftp://index.example/", "index.example", "http://[", "http://a..b/", "http://:0/"])
    def test_an_address_that_cannot_be_is_not_an_attempt(self, http: HttpTransport, url: str) -> None:
        assert isinstance(http.exchange(REQUEST, url=url, deadline=1), Retry)

    def test_a_deadline_is_seconds_not_a_moment(self, http: HttpTransport) -> None:
        with pytest.raises(ValueError, match="seconds"):
            http.exchange(REQUEST, url=URL, deadline=time.time())
        assert http.exchange(REQUEST, url=URL, deadline=0) == Retry(reason="tijd")

    def test_the_size_of_an_answer_has_an_end(self, httpx_mock: HTTPXMock) -> None:
        http = HttpTransport(answer_bytes=10)
        httpx_mock.add_response(content=b"x" * 10)
        httpx_mock.add_response(content=b"x" * 11)
        assert http.exchange(REQUEST, url=URL, deadline=5) == WireResponse(200, b"x" * 10)
        assert http.exchange(REQUEST, url=URL, deadline=5) == Unknown(reason="te-groot")
