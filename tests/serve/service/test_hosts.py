import pytest

from rnnlab.serve.service.hosts import Hosts


@pytest.mark.parametrize(
    "header",
    [
        *(b"localhost", b"LOCALHOST:8000", b"localhost.", b"a.localhost:80", b"127.0.0.1:8000", b"10.1.2.3"),
        *(b"[::1]:8000", b"[::1]", b"models.example", b"Models.Example:443", b"models.example."),
    ],
)
def test_addresses_and_our_own_names_are_ours(header):
    assert Hosts(["0.0.0.0", "Models.example"]).allow(header)


@pytest.mark.parametrize(
    "header",
    [
        *(b"evil.example", b"evil.example:8000", b"localhost.evil.example", b"127.0.0.1.evil.example:80"),
        *(b"xlocalhost", b"", b":80", b"[evil]", b"models.example@evil", b"\xff"),
    ],
)
def test_other_names_are_not(header):
    assert not Hosts(["0.0.0.0", "models.example"]).allow(header)


def test_the_machine_s_name_is_ours(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "Box7")
    assert Hosts().allow(b"box7:8000")


def test_a_star_takes_every_name():
    assert Hosts(["*"]).allow(b"evil.example")
