"""In what two configs differ."""

from rnnlab.commands.comparing.configs import Change, changes


def test_settings_that_differ_by_their_keys():
    first = {"seed": 1, "model": {"cell": "gru", "encoder": {"cell": "gru"}, "sizes": [1, 2]}, "gone": 3}
    second = {"seed": 2, "model": {"cell": "lstm", "encoder": {"cell": "lstm"}, "sizes": [1, 2]}, "new": {}}
    assert changes(first, second) == [
        Change("seed", 1, 2),
        Change("gone", 3, "absent"),
        Change("new", "absent", {}),
        Change("model.cell", "gru", "lstm"),
        Change("model.encoder.cell", "gru", "lstm"),
    ]


def test_where_a_run_lay_is_no_difference():
    first = {"paths": {"run_dir": "a"}, "data": {"data_dir": "x"}, "callback": {"best": {"folder": "a"}}}
    second = {"paths": {"run_dir": "b"}, "data": {"data_dir": "y"}, "callback": {"best": {"folder": "b"}}}
    assert changes(first, second) == []
