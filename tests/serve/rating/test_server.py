from rnnlab.cli import main
from rnnlab.serve.service.bind import bind


def test_a_port_in_use_is_one_line_and_exit_code_2(language_run, capsys):
    with bind("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["rate", str(language_run), "--port", str(port)]) == 2
    said = f"error: --port={port}: cannot be used on 127.0.0.1: Address already in use\n"
    assert capsys.readouterr().err == said
    assert not (language_run / "rating.jsonl").exists()
