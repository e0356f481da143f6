import asyncio

from rnnlab.serve.service.limits import Limits


def test_the_token_is_asked_for_where_the_runs_are(asking):
    async def ask(client, service):
        right, wrong = {"authorization": "Bearer secret"}, {"authorization": "Bearer secret2"}
        body = {"text": "a"}
        statuses = [
            (await client.post("/predict", json=body, headers=h)).status_code for h in (right, wrong, {})
        ]
        closed = [(await client.get(path)).status_code for path in ("/runs", "/metrics", "/nothing")]
        opened = [(await client.get(path)).status_code for path in ("/", "/docs", "/health", "/page/page.js")]
        return statuses, closed, opened, await client.get("/runs")

    statuses, closed, opened, refused = asking(ask, token="secret")
    assert statuses == [200, 401, 401]
    assert closed == [401] * 3
    assert opened == [200] * 4
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["field"] == "authorization"


def test_a_client_above_its_rate_is_told_when_to_come_back(asking):
    async def ask(client, service):
        return [await client.get("/health") for _ in range(5)]

    answers = asking(ask, Limits(rate=0.5))
    assert [answer.status_code for answer in answers] == [200, 429, 429, 429, 429]
    assert answers[1].headers["retry-after"] == "2"


def test_when_it_is_ending_new_requests_are_refused_and_old_ones_answered(asking):
    async def ask(client, service):
        old = asyncio.create_task(client.post("/predict", json={"text": "a"}))
        while not len(service.loaded["imdb-bilstm_attention"].batcher):
            await asyncio.sleep(0)
        service.draining = True
        new = await client.post("/predict", json={"text": "a"})
        return await old, new

    old, new = asking(ask, Limits(max_wait_ms=50))
    assert (old.status_code, new.status_code) == (200, 503)
    assert old.headers["connection"] == new.headers["connection"] == "close"


def test_what_there_is_not_gets_json(asking):
    async def ask(client, service):
        return await client.get("/nothing"), await client.put("/predict"), await client.get("/page/../app.py")

    missing, method, above = asking(ask)
    assert (missing.status_code, missing.json()["field"]) == (404, "path")
    assert (method.status_code, method.json()["field"]) == (405, "method")
    assert method.headers["allow"] == "POST"
    assert above.status_code == 404


def test_answers_are_counted_by_route_and_strangers_make_no_new_ones(asking):
    async def ask(client, service):
        await client.post("/predict", json={"text": ["a", "b"]})
        await client.post("/predict", json={"text": 1})
        for number in range(20):
            await client.get(f"/{number}")
        return (await client.get("/metrics")).text

    text = asking(ask)
    assert 'rnnlab_requests_total{route="/predict",status="200"} 1.0' in text
    assert 'rnnlab_requests_total{route="/predict",status="422"} 1.0' in text
    assert 'rnnlab_requests_total{route="other",status="404"} 20.0' in text
    assert 'rnnlab_batch_texts_sum{run="imdb-bilstm_attention"} 2.0' in text
    assert 'rnnlab_queue_texts{run="imdb-bilstm_attention"} 0.0' in text
    assert 'route="/0"' not in text


def test_an_error_of_ours_is_logged_and_answered_as_json(asking, monkeypatch, caplog):
    async def ask(client, service):
        monkeypatch.setattr(service.metrics, "text", lambda: 1 / 0)
        return await client.get("/metrics")

    answer = asking(ask)
    assert (answer.status_code, answer.json()) == (500, {"error": "an error of the service", "field": ""})
    assert "ZeroDivisionError" in caplog.text


def test_a_request_for_another_name_is_refused_on_every_path(asking):
    async def ask(client, service):
        evil = {"host": "evil.example:8000"}
        paths = ("/", "/docs", "/runs", "/health", "/metrics", "/nothing")
        answers = [await client.get(path, headers=evil) for path in paths]
        return [*answers, await client.post("/predict", json={"text": "a"}, headers=evil)]

    answers = asking(ask)
    assert {answer.status_code for answer in answers} == {421}
    assert answers[0].json() == {
        "error": "this service is not evil.example:8000: start it with --allow-host NAME",
        "field": "host",
    }
