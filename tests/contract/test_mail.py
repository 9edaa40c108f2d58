"""Mail through a real SMTP server that we did not write: what arrives, and what every way of failing means."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from gateway import compose
from gateway.canonical.order import Alarm, Done, Escalate, Poll, Retry, Unknown
from gateway.cli.running import free_port
from gateway.config import Config, MailConfig, PartnerConfig
from gateway.errors import IndexFault
from gateway.flow.courier import Destination
from gateway.rules.delivery import Recovery
from gateway.wire.message import WireResponse
from gateway.wire.smtp import SmtpTransport
from tests.contract.test_terugmelding import ENDS, LAPSED, TOLD

NOW = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
ALARM = Alarm(
    message_id=UUID("01900000-0000-7000-8000-000000000000"),
    address="wacht@school.voorbeeld.nl",
    naam="School De Wilg",
    moment=NOW,
)


class Box:
    """Keeps what comes; says at a step what the test tells it to."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.rcpt, self.data = "250 OK", "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        self.got.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=policy.SMTP)))
        if self.data == "hang up":
            server.transport.abort()
        return self.data


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[Controller]:
    controller = Controller(box, hostname="127.0.0.1", port=0)
    controller.port = free_port()
    controller.start()
    yield controller
    controller.stop()


def mailbox(controller: Controller, **settings: object) -> Destination:
    said = {"host": "127.0.0.1", "port": controller.port, "tls": "none", "sender": "verwijsindex@regio.voorbeeld.nl"}
    return compose.mailbox(MailConfig.model_validate(said | settings))


def sent(to: Destination) -> Any:
    request = to.adapter.encode(ALARM)
    answer = to.transport.exchange(request, url=to.url, deadline=5.0)
    return to.adapter.decode(ALARM, answer) if isinstance(answer, WireResponse) else answer


def test_a_duty_officer_reads_what_to_do_and_nothing_of_a_person(server: Controller, box: Box) -> None:
    assert sent(mailbox(server)) == Done()
    (mail,) = box.got
    text = mail.get_content()
    assert mail["To"] == ALARM.address
    assert mail["Message-ID"] == f"<{ALARM.message_id}@regio.voorbeeld.nl>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "School De Wilg" in text
    assert "22-11-2026 om 00:30" in text
    assert "112" in text
    assert "0800-2000" in text
    assert "{" not in text


def test_a_regievoerder_hears_that_a_match_asks_for_attention_and_not_which(server: Controller, box: Box) -> None:
    to = mailbox(server)
    told = Escalate(message_id=ALARM.message_id, address="regie@gemeente.voorbeeld.nl", naam="Regio Noord", moment=NOW)
    answer = to.transport.exchange(to.adapter.encode(told), url=to.url, deadline=5.0)
    assert isinstance(answer, WireResponse)
    assert to.adapter.decode(told, answer) == Done()
    (mail,) = box.got
    text = mail.get_content()
    assert (mail["To"], mail["Importance"]) == (told.address, None)
    assert "Regio Noord" in text
    assert "22-11-2026 om 00:30" in text
    assert "{" not in text
    assert str(ALARM.message_id) not in text


def test_the_same_alarm_has_the_same_message_id_each_time(server: Controller, box: Box) -> None:
    for _ in range(2):
        sent(mailbox(server))
    assert len({mail["Message-ID"] for mail in box.got}) == 1


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize("answer", ["450 later", "550 nobody here"])
def test_an_alarm_is_never_given_up(server: Controller, box: Box, step: str, answer: str) -> None:
    setattr(box, step, answer)
    assert sent(mailbox(server)) == Retry(reason=f"smtp-{answer[:3]}")


def test_a_connection_that_goes_after_the_message_leaves_it_open(server: Controller, box: Box) -> None:
    box.data = "hang up"
    assert sent(mailbox(server)) == Unknown(reason="verbroken")
    assert mailbox(server).adapter.recovery("alarm") is Recovery.REPEAT


def test_nobody_listens(server: Controller) -> None:
    to = mailbox(server, port=free_port())
    assert sent(to) == Retry(reason="geen-verbinding")
    assert sent(mailbox(server, tls="implicit")) == Retry(reason="geen-verbinding")


def test_a_server_without_starttls_gets_no_message(server: Controller, box: Box) -> None:
    assert isinstance(sent(mailbox(server, tls="starttls")), Retry)
    assert box.got == []


def test_a_server_that_says_nothing_holds_nobody(box: Box) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        request = compose.mailbox(MailConfig(sender="a@b.nl")).adapter.encode(ALARM)
        answer = SmtpTransport(tls="none").exchange(request, url=f"127.0.0.1:{silent.getsockname()[1]}", deadline=0.3)
    assert answer == Retry(reason="geen-verbinding")


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_it_logs_in_with_the_password_of_a_file(box: Box, tmp_path: Any) -> None:
    asked: list[str] = []

    def check(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        asked.append(data.password.decode())
        return AuthResult(success=data.password == b"geheim")

    port = free_port()
    controller = Controller(
        box, hostname="127.0.0.1", port=port, authenticator=check, auth_required=True, auth_require_tls=False
    )
    controller.start()
    try:
        secret = tmp_path / "wachtwoord"
        secret.write_text("geheim\n")
        assert sent(mailbox(controller, user="gateway", password_file=secret)) == Done()
    finally:
        controller.stop()
    assert "geheim" in asked


def test_a_mailbox_takes_alarms_only(server: Controller) -> None:
    with pytest.raises(IndexFault):
        mailbox(server).adapter.encode(Poll(message_id=ALARM.message_id, cursor=0))
    assert mailbox(server).adapter.declared().axes == frozenset()
    mailbox(server).transport.close()  # type: ignore[attr-defined]
    assert threading.active_count() > 0


# a pointer


def pointed(controller: Controller, *accounts: str) -> Destination:
    told = {"id": "school", "name": "School De Wilg", "category": "onderwijs", "regions": ("r",)}
    partner = PartnerConfig.model_validate(told | {"delivery": {"mail": {"address": "signalen@wilg.voorbeeld.nl"}}})
    mail = {"host": "127.0.0.1", "port": controller.port, "tls": "none", "sender": "verwijsindex@regio.voorbeeld.nl"}
    page = {"accounts": [{"name": f"ib-{number}", "partner": name} for number, name in enumerate(accounts)]}
    [found] = compose.receivers_of(partner, Config.model_validate({"mail": mail, "page": page}))
    return found


def test_a_pointer_says_that_there_is_news_and_nothing_else(server: Controller, box: Box) -> None:
    to = pointed(server)
    for order in (TOLD, TOLD, LAPSED):
        request = to.adapter.encode(order)
        answer = to.transport.exchange(request, url=to.url, deadline=5.0)
        assert isinstance(answer, WireResponse) and to.adapter.decode(order, answer) == Done()
    first, again, lapse = box.got
    assert (first["To"], first["Importance"]) == ("signalen@wilg.voorbeeld.nl", None)
    assert first["Message-ID"] == again["Message-ID"] == f"<{TOLD.message_id}@regio.voorbeeld.nl>"
    assert first.get_content() == lapse.get_content(), "not even what kind of news it is"
    text = first.as_string()
    assert "School De Wilg" in text and "{" not in text
    told = (TOLD.match.match_id, TOLD.match.signaal_id, "s-<1>", "Ontact", "Wijkteam", "7654321", "rood")
    assert not [one for one in told if str(one) in text]
    assert (to.id, to.adapter.recovery("notice")) == ("school/mail", Recovery.REPEAT)


def test_a_pointer_takes_announcements_only(server: Controller) -> None:
    with pytest.raises(IndexFault):
        pointed(server).adapter.encode(ALARM)
    with pytest.raises(IndexFault):
        mailbox(server).adapter.encode(TOLD)


def test_a_mail_may_be_left_in_a_folder_instead(tmp_path: Path) -> None:
    box = compose.mailbox(MailConfig(sender="gateway@voorbeeld.nl", folder=tmp_path))
    assert [sent(box), sent(box)] == [Done(), Done()]
    [left] = tmp_path.iterdir()
    assert left.name == f"{ALARM.message_id}.eml", "the same message again is the same file"
    assert message_from_bytes(left.read_bytes())["To"] == ALARM.address


def test_a_pointer_says_that_a_signal_ends_and_which_it_is_nowhere(server: Controller, box: Box) -> None:
    to = pointed(server)
    answer = to.transport.exchange(to.adapter.encode(ENDS), url=to.url, deadline=5.0)
    assert isinstance(answer, WireResponse) and to.adapter.decode(ENDS, answer) == Done()
    [mail] = box.got
    text = mail.get_content()
    assert "over 60 dag(en)" in text and "School" in text
    for said in (str(ENDS.signaal_id), ENDS.bron_signaal_id, ENDS.bron_systeem, "2027"):
        assert said not in text and said not in mail["Subject"]


@pytest.mark.parametrize(("accounts", "page"), [((), False), (("elders",), False), (("elders", "school"), True)])
def test_a_pointer_leads_to_the_page_of_who_may_log_in_there(
    server: Controller, box: Box, accounts: tuple[str, ...], *, page: bool
) -> None:
    to = pointed(server, *accounts)
    answer = to.transport.exchange(to.adapter.encode(TOLD), url=to.url, deadline=5.0)
    assert isinstance(answer, WireResponse)
    text = box.got[0].get_content()
    assert ("http://127.0.0.1:8080/match." in text) is page
    assert ("uw eigen systeem" in text) is not page
    assert str(TOLD.match.match_id) not in text
