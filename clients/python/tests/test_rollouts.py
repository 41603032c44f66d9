"""Rollouts: against the whole installation, with callers."""

from __future__ import annotations

import asyncio
import gc
import pickle
import threading
import time

import pytest

import understudy

from .between import Between
from .conftest import QUICK, Callers, Place, eventually

SLOW = {**QUICK, "steps": [{"canary": {"weight": "50%", "minRequests": 1_000_000, "maxDuration": "1h"}}, {"bake": {"duration": "1s"}}]}
BY_HAND = {**QUICK, "steps": [{"approval": {}}, *QUICK["steps"]]}


def test_a_good_version_becomes_the_primary(
    client: understudy.Client, place: Place, model: str, callers: Callers
) -> None:
    released = client.register(model, serving_url=place.good, rollout=QUICK)
    assert released.rollout is not None
    states = [(seen.state, seen.data["revision"]) for seen in released.rollout.watch(timeout=60)]
    assert states[-1][0] == "succeeded" and len(set(states)) > 3
    assert released.rollout.wait(timeout=5).state == "succeeded"
    assert client.model(model)["primary"] == 2
    types = [one["type"] for one in released.rollout.events()]
    assert types[0].endswith("started") or "rollout" in types[0]
    evidence = released.rollout.evidence()
    assert evidence and sum(item["candidate"]["requests"] for item in evidence) > 0


def test_a_bad_version_is_rolled_back_with_the_reason(
    client: understudy.Client, place: Place, model: str, callers: Callers
) -> None:
    pandas = pytest.importorskip("pandas")
    released = client.register(model, serving_url=place.bad, rollout=QUICK)
    assert released.rollout is not None
    with pytest.raises(understudy.RolledBack) as caught:
        released.rollout.wait(timeout=60)
    assert not isinstance(caught.value, understudy.Aborted)
    assert caught.value.reason and caught.value.reason in str(caught.value)
    assert caught.value.rollout["state"] == "rolled_back"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), again.reason) == (understudy.RolledBack, caught.value.reason)
    rollout = released.rollout.refresh()
    frame = rollout.evidence().to_frame()
    assert frame.loc[(0, "candidate"), "requests"] > 0 and not pandas.isna(frame.loc[(0, "primary"), "latency_p95_ms"])
    assert "error_rate" in rollout.verdicts.to_frame().gate.tolist()
    html = rollout._repr_html_()
    assert "rolled back" in html and "error_rate" in html and model in html
    assert "error_rate" in str(rollout)


def test_a_person_is_waited_for(client: understudy.Client, place: Place, model: str, callers: Callers) -> None:
    released = client.register(model, serving_url=place.good, rollout=BY_HAND)
    assert released.rollout is not None
    with pytest.raises(understudy.WaitsForPerson, match="awaiting approval"):
        released.rollout.wait(timeout=60)
    released.rollout.approve("looks well")
    released.rollout.wait(timeout=60)
    assert client.model(model)["primary"] == 2


def test_a_newer_version_takes_its_place(client: understudy.Client, place: Place, model: str) -> None:
    first = client.register(model, serving_url=place.good, rollout=BY_HAND)
    client.register(model, serving_url=place.good, rollout=BY_HAND)
    assert first.rollout is not None
    with pytest.raises(understudy.Superseded):
        first.rollout.wait(timeout=60)


def test_who_has_seen_another_rollout_does_nothing(client: understudy.Client, place: Place, model: str) -> None:
    released = client.register(model, serving_url=place.good, rollout=SLOW)
    assert released.rollout is not None
    rollout = released.rollout
    eventually(lambda: rollout.refresh().state == "running" and rollout.data["step"] is not None)
    mine, theirs = client.rollout(rollout.id), client.rollout(model)
    theirs.pause("wait")
    with pytest.raises(understudy.ChangedMeanwhile, match="now: paused"):
        mine.promote("all is well")
    assert client.rollout(rollout.id).state == "paused"
    with pytest.raises(understudy.ChangedMeanwhile):
        mine.skip("on")
    # Taking it off does not mind.
    with pytest.raises(understudy.Aborted) as caught:
        mine.abort("no")
        mine.wait(timeout=10)
    assert caught.value.reason.endswith("no")
    again = mine.retry("once more")
    assert again.id != mine.id and again.version == 2
    again.abort("enough")


def test_every_action_says_what_was_seen(place: Place, between: Between, model: str) -> None:
    with understudy.Client(between.url) as client:
        released = client.register(model, serving_url=place.good, rollout=BY_HAND)
        assert released.rollout is not None
        rollout = released.rollout
        eventually(lambda: rollout.refresh().state == "awaiting_approval")
        rollout.reject("c")
        rollout = rollout.retry("d")
        eventually(lambda: rollout.refresh().state == "awaiting_approval")
        rollout.approve("e")
        eventually(lambda: "skip" in rollout.refresh().legal_actions)
        rollout.pause("a").resume("b").skip("f")
        rollout.refresh().promote("g")
        client.rollback(model, "h")
    said = [one for one in between.seen if one.line.startswith("POST") and "/versions" not in one.line]
    words = {one.line.split(" ")[1].split("/")[-1] for one in said}
    assert words == {"pause", "resume", "reject", "retry", "approve", "skip", "promote", "rollback"}
    assert all(str(one.header("if-match")).startswith('"r') for one in said), [one.line for one in said]
    assert all(one.header("idempotency-key") for one in said)


def test_rolling_a_model_back(client: understudy.Client, place: Place, model: str, callers: Callers) -> None:
    released = client.register(model, serving_url=place.good, rollout=QUICK)
    assert released.rollout is not None
    released.rollout.wait(timeout=60)
    seen = client.standing(model)
    assert str(seen) == "version 2 serves"
    client.register(model, serving_url=place.good, rollout=SLOW)
    eventually(lambda: client.route(model).data["candidate"] is not None)
    with pytest.raises(understudy.ChangedMeanwhile, match="version 3 is on trial"):
        client.rollback(model, "by mistake", seen=seen)
    assert client.rollback(model, "3 is bad")["primary"] == 2
    assert client.rollback(model, "2 is bad", version=1)["primary"] == 1


def test_watching_goes_on_while_the_server_is_away(place: Place, between: Between, model: str) -> None:
    with understudy.Client(between.url) as client:
        released = client.register(model, serving_url=place.good, rollout=BY_HAND)
        assert released.rollout is not None
        watched = released.rollout.watch(timeout=60, interval=0.1)
        states = [next(watched).state]
        between.harm = lambda request: request.hang_up()
        with understudy.Client() as other:
            eventually(lambda: other.rollout(model).state == "awaiting_approval")
            other.rollout(model).abort("gone wrong")
        threading.Timer(0.5, lambda: setattr(between, "harm", None)).start()
        states += [one.state for one in watched]
        assert states[-1] == "aborted"


def test_the_event_stream_wakes_whoever_watches(place: Place, client: understudy.Client, model: str) -> None:
    released = client.register(model, serving_url=place.good, rollout=BY_HAND)
    assert released.rollout is not None
    eventually(lambda: client.rollout(model).state == "awaiting_approval")
    # So seldom that only the stream can have said it.
    watched = released.rollout.watch(interval=600, timeout=650)
    assert next(watched).state == "awaiting_approval"
    threading.Timer(1.0, lambda: client.rollout(model).abort("enough")).start()
    assert [one.state for one in watched][-1] == "aborted"


def test_events_come_again_after_a_cut(place: Place, between: Between, model: str) -> None:
    with understudy.Client(between.url) as client:
        stream = client.events()
        between.first(2, lambda request: request.hang_up())
        maker = threading.Thread(target=_make_events, args=(model, stop := threading.Event()), daemon=True)
        maker.start()
        try:
            seen = next(event for event in stream if event["model"] == model)
        finally:
            stop.set()
            maker.join()
        assert seen["type"] and seen["at"]


def _make_events(model: str, stop: threading.Event) -> None:
    with understudy.Client() as client:
        while not stop.wait(0.3):
            client.call(understudy.calls.models_edit(model, {"description": str(time.monotonic())}))


def test_waiting_ends_in_time(client: understudy.Client, place: Place, model: str) -> None:
    released = client.register(model, serving_url=place.good, rollout=QUICK)
    assert released.rollout is not None
    with pytest.raises(understudy.WaitTimeout) as caught:
        released.rollout.wait(timeout=0.5, interval=0.1)
    assert isinstance(caught.value, TimeoutError)
    released.rollout.refresh().abort("enough")
    names = [thread.name for thread in threading.enumerate()]
    eventually(lambda: "understudy-follow" not in [thread.name for thread in threading.enumerate()], 10)
    assert names


def test_rollouts_are_listed(client: understudy.Client, place: Place, model: str) -> None:
    released = client.register(model, serving_url=place.good, rollout=BY_HAND)
    assert released.rollout is not None
    assert [one.id for one in client.rollouts(model)][0] == released.rollout.id
    assert released.rollout.id in [one.id for one in client.rollouts(live=True)]
    client.rollout(model).abort("enough")
    assert [one.id for one in client.rollouts(model, live=True)] == []
    with pytest.raises(LookupError, match="no rollout yet"):
        client.rollout(client.create_model(f"{model}-new")["name"])


def test_the_same_with_an_event_loop(place: Place, model: str, callers: Callers) -> None:
    async def release() -> list[str]:
        async with understudy.AsyncClient() as client:
            released = await client.register(model, serving_url=place.good, rollout=QUICK)
            assert released.rollout is not None
            states = [seen.state async for seen in released.rollout.watch(timeout=60)]
            await released.rollout.wait(timeout=5)
            assert [one["version"] async for one in client.versions(model)] == [2, 1]
            async for _ in released.rollout.watch():
                break
            return states

    assert asyncio.run(release())[-1] == "succeeded"


# The connections of a loop that has ended cannot be closed any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_client_in_two_event_loops(place: Place, model: str) -> None:
    client = understudy.AsyncClient()
    assert [asyncio.run(client.model(model))["primary"] for _ in range(3)] == [1, 1, 1]
    asyncio.run(client.aclose())
    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(client.model(model))
    gc.collect()
