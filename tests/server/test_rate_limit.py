"""Rate limits: the bucket by a clock of our own in memory, and on Redis's in Redis."""

import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from live_support import Redis, drive, redis, wait_until  # noqa: F401

SECOND = 1_000_000


def test_a_full_bucket_gives_its_quota_at_once_and_no_more(drive):
    limits = drive()
    answers = [limits("rate", "acme", "score", 5, 60, 0) for _ in range(6)]
    assert [answer["allowed"] for answer in answers] == [True] * 5 + [False]
    assert [answer["remaining"] for answer in answers] == [4, 3, 2, 1, 0, 0]


def test_a_token_comes_back_after_its_share_of_the_window(drive):
    limits = drive()
    for _ in range(5):
        limits("rate", "acme", "score", 5, 60, 0)
    early = limits("rate", "acme", "score", 5, 60, 12 * SECOND - 1)
    assert (early["allowed"], early["retry_after_s"]) == (False, 1)
    assert limits("rate", "acme", "score", 5, 60, 12 * SECOND)["allowed"]
    assert not limits("rate", "acme", "score", 5, 60, 12 * SECOND)["allowed"]


def test_a_refused_call_says_when_to_come_again_and_costs_nothing(drive):
    limits = drive()
    limits("rate", "acme", "score", 1, 60, 0)
    for now in (0, 10, 59):
        refused = limits("rate", "acme", "score", 1, 60, now * SECOND)
        assert (refused["allowed"], refused["retry_after_s"], refused["reset_s"]) == (False, 60 - now, 60 - now)
    assert limits("rate", "acme", "score", 1, 60, 60 * SECOND)["allowed"]


def test_a_bucket_never_holds_more_than_its_quota(drive):
    limits = drive()
    limits("rate", "acme", "score", 3, 60, 0)
    later = [limits("rate", "acme", "score", 3, 60, 10**6 * SECOND)["allowed"] for _ in range(4)]
    assert later == [True, True, True, False]


def test_organizations_and_endpoints_have_buckets_of_their_own(drive):
    limits = drive()
    assert limits("rate", "acme", "score", 1, 60, 0)["allowed"]
    assert limits("rate", "other", "score", 1, 60, 0)["allowed"]
    assert limits("rate", "acme", "leads", 1, 60, 0)["allowed"]
    assert not limits("rate", "acme", "score", 1, 60, 0)["allowed"]


def test_the_headers_are_those_of_the_standard(drive):
    answer = drive()("rate", "acme", "score", 100, 60, 0)
    assert answer["policy"] == '"default";q=100;w=60'
    assert answer["header"] == '"default";r=99;t=1'


def test_the_longest_window_and_the_largest_quota_are_counted_exactly(drive):
    limits = drive()
    slow = [limits("rate", "acme", "slow", 1, 86400, 0) for _ in range(2)]
    assert [(each["allowed"], each["retry_after_s"]) for each in slow] == [(True, 86400), (False, 86400)]
    assert limits("rate", "acme", "fast", 1_000_000, 1, 0)["remaining"] == 999_999
    assert limits("rate", "acme", "faster", 100_000_000, 100, 0)["remaining"] == 99_999_999


def test_processes_share_a_limit_in_redis(drive, redis):
    several = [drive(redis=redis.url) for _ in range(3)]
    answers = [several[i % 3]("rate", "acme", "score", 5, 3600, 0) for i in range(9)]
    assert [answer["allowed"] for answer in answers] == [True] * 5 + [False] * 4
    assert [answer["remaining"] for answer in answers[:6]] == [4, 3, 2, 1, 0, 0]
    assert redis.command("KEYS", "*") == "rate_limit:acme:score"


def test_redis_forgets_a_bucket_that_is_full_again(drive, redis):
    drive(redis=redis.url)("rate", "acme", "score", 100, 60, 0)
    assert 0 < int(redis.command("PTTL", "rate_limit:acme:score")) <= 600


def test_redis_and_memory_say_the_same_of_a_burst(drive, redis):
    ours, theirs = drive(), drive(redis=redis.url)
    for quota, window in ((7, 3600), (1, 86400), (1000, 3600)):
        for _ in range(10):
            ours_says = ours("rate", "acme", f"{quota}", quota, window, 0)
            theirs_says = theirs("rate", "acme", f"{quota}", quota, window, 0)
            for name in ("allowed", "remaining"):
                assert ours_says[name] == theirs_says[name]
            # Redis's clock goes on between the calls, of which the ten take less than half a minute.
            assert ours_says["reset_s"] - 30 <= theirs_says["reset_s"] <= ours_says["reset_s"]


def test_a_crowd_of_processes_gets_the_quota_and_no_more(drive, redis):
    several = [drive(redis=redis.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        counts = pool.map(lambda one: sum(one("rate", "a", "e", 100, 86400, 0)["allowed"] for _ in range(60)), several)
    assert sum(counts) == 100


def test_while_redis_is_away_the_limit_holds_in_each_process(drive, redis):
    limits = drive(redis=redis.url)
    assert limits("rate", "acme", "score", 2, 3600, 0)["allowed"]
    redis.stop()
    answers = [limits("rate", "acme", "score", 2, 3600, 0)["allowed"] for _ in range(3)]
    assert answers == [True, True, False]
    redis.start()
    wait_until(lambda: limits("rate", "acme", "score", 2, 3600, 0)["allowed"], "Redis is used again")


@pytest.mark.parametrize("url, fault", [
    ("http://127.0.0.1", "must begin with redis://"),
    ("rediss://127.0.0.1", "must begin with redis://"),
    ("redis://127.0.0.1:1/0", "does not answer"),
    ("redis://127.0.0.1/x", "must end with the number of a database"),
    ("redis://127.0.0.1/1/2", "must end with the number of a database"),
    ("not a url", "is not a URL"),
])
def test_a_wrong_url_of_redis_is_named(drive, url, fault):
    with pytest.raises(RuntimeError, match=re.escape(fault)):
        drive(redis=url)


def test_a_password_is_sent_and_never_shown(drive, tmp_path):
    guarded = Redis(tmp_path, password="s3cret%20word")
    try:
        url = f"redis://:s3cret%2520word@127.0.0.1:{guarded.port}/2"
        assert drive(redis=url)("rate", "acme", "score", 1, 60, 0)["allowed"]
        with pytest.raises(RuntimeError) as refused:
            drive(redis=url.replace("word", "wood"))
        assert "refuses the password" in str(refused.value) and "s3cret" not in str(refused.value)
    finally:
        guarded.stop()


@pytest.mark.parametrize("ahead", [b"9223372036854775807", b"-9223372036854775808", b"-1", b"86400000001"])
def test_a_redis_that_answers_no_time_is_one_that_does_not_answer(drive, ahead):
    """Numbers of which the headers could not be made without an overflow."""
    reply = b"*2\r\n:1\r\n$%d\r\n%s\r\n" % (len(ahead), ahead)
    with socket.create_server(("127.0.0.1", 0)) as false:
        def answer():
            with false.accept()[0] as connection:
                for each in (b"+OK\r\n", reply):  # to SELECT, as whether it answers is seen at once
                    connection.recv(65536)
                    connection.sendall(each)

        answers = threading.Thread(target=answer)
        answers.start()
        driver = drive(redis=f"redis://127.0.0.1:{false.getsockname()[1]}/0")
        verdict = driver("rate", "acme", "listLeads", 60, 60, 1000000)
        answers.join()
    assert (verdict["allowed"], verdict["remaining"], verdict["reset_s"]) == (True, 59, 1)

