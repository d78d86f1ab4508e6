"""The cache, in memory and in Redis: what both promise, and what either does besides."""

import pytest

from live_support import drive, redis, wait_until  # noqa: F401


@pytest.fixture(params=["memory", "redis"])
def cache(request, drive):
    if request.param == "memory":
        return drive()
    return drive(redis=request.getfixturevalue("redis").url)


def test_what_is_put_is_got(cache):
    assert cache("get", "k", "m1") is None
    assert cache("put", "k", "m1", "value", 60000)
    assert cache("get", "k", "m1") == "value"
    assert cache("put", "k", "m1", "another", 60000)
    assert cache("get", "k", "m1") == "another"


def test_a_value_of_another_version_is_none(cache):
    cache("put", "k", "model-1", "value", 60000)
    assert cache("get", "k", "model-2") is None
    assert cache("get", "k", "model") is None
    assert cache("get", "k", "") is None
    cache("put", "k", "model-2", "newer", 60000)
    assert cache("get", "k", "model-1") is None
    assert cache("get", "k", "model-2") == "newer"


def test_an_empty_value_is_a_value(cache):
    cache("put", "k", "", "", 60000)
    assert cache("get", "k", "") == ""


def test_any_bytes_come_back(cache):
    value = "NUL \u0000, line\nfeed, ü, \U0001f600, " + "long " * 20000
    cache("put", "k", "v", value, 60000)
    assert cache("get", "k", "v") == value


def test_what_was_removed_is_not_put_back_by_one_who_read_before(cache):
    cache("put", "k", "", "old", 60000)
    assert cache("remove", "k")
    assert cache("get", "k", "") is None
    assert not cache("put", "k", "", "old", 60000)
    assert cache("get", "k", "") is None
    assert cache("take", "k", "") is None
    assert not cache("put", "k", "", "old", 60000)


def test_a_key_that_was_never_put_is_removed_all_the_same(cache):
    assert cache("remove", "k")
    assert not cache("put", "k", "", "old", 60000)


def test_a_value_is_taken_once(cache):
    cache("put", "k", "", "once", 60000)
    assert cache("take", "k", "") == "once"
    assert cache("take", "k", "") is None
    assert cache("put", "k", "", "twice", 60000)


def test_a_value_too_large_or_without_time_is_not_put(cache):
    most = 1024 * 1024
    assert cache("put", "k", "", "x" * 1000, 0) is False
    assert cache("put", "k", "", "x" * (most + 1), 60000) is False
    assert cache("get", "k", "") is None
    assert cache("put", "k" * 1024, "", "x", 60000) is False
    assert cache("put", "k" * 1023, "", "x", 60000)


def test_hits_and_misses_are_counted(cache):
    cache("put", "k", "", "x", 60000)
    for key in ("k", "k", "other"):
        cache("get", key, "")
    counts = cache("cache_counts")
    assert (counts["hits"], counts["misses"]) == (2, 1)


def test_a_ticket_is_good_once(cache):
    ticket = cache("ticket", "acme/user-1")
    assert len(ticket) == 43 and ticket != cache("ticket", "acme/user-1")


def test_in_memory_a_value_goes_when_its_time_is_over(drive):
    cache = drive()
    cache("put", "k", "", "x", 1000)
    cache("clock", 999)
    assert cache("get", "k", "") == "x"
    cache("clock", 1000)
    assert cache("get", "k", "") is None
    assert cache("cache_counts")["entries"] == 0


def test_in_memory_a_removed_key_can_be_put_after_five_seconds(drive):
    cache = drive()
    cache("remove", "k")
    cache("clock", 4999)
    assert not cache("put", "k", "", "x", 1000)
    cache("clock", 5000)
    assert cache("put", "k", "", "x", 1000)


def test_in_memory_what_was_used_longest_ago_makes_room(drive):
    cache = drive(cache_bytes=10000)
    for key in "abc":
        assert cache("put", key, "", "x" * 2500, 60000)
    assert cache("get", "a", "")
    assert cache("put", "d", "", "x" * 2500, 60000)
    assert [cache("get", key, "") is not None for key in "abcd"] == [True, False, True, True]
    assert cache("cache_counts")["bytes"] <= 10000


def test_in_memory_one_value_larger_than_the_cache_leaves_it_empty(drive):
    cache = drive(cache_bytes=1000)
    cache("put", "k", "", "x" * 2000, 60000)
    assert cache("get", "k", "") is None
    counts = cache("cache_counts")
    assert (counts["entries"], counts["bytes"]) == (0, 0)


def test_in_redis_time_is_redis_own(drive, redis):
    cache = drive(redis=redis.url)
    cache("put", "k", "", "x", 60000)
    assert 0 < int(redis.command("PTTL", "k")) <= 60000
    cache("remove", "k")
    assert 0 < int(redis.command("PTTL", "k")) <= 5000


def test_in_redis_processes_share_what_is_put_and_removed(drive, redis):
    one, other = drive(redis=redis.url), drive(redis=redis.url)
    one("put", "k", "m", "x", 60000)
    assert other("get", "k", "m") == "x"
    other("remove", "k")
    assert one("get", "k", "m") is None
    assert one("put", "k", "m", "x", 60000) is False


def test_in_redis_a_ticket_is_kept_as_a_hash(drive, redis):
    ticket = drive(redis=redis.url)("ticket", "acme/user-1")
    keys = redis.command("KEYS", "*")
    assert keys.startswith("event_ticket:") and ticket not in keys
    assert 0 < int(redis.command("PTTL", keys)) <= 30000


def test_while_redis_is_away_there_is_nothing_in_the_cache(drive, redis):
    cache = drive(redis=redis.url)
    cache("put", "k", "", "x", 60000)
    redis.stop()
    assert cache("get", "k", "") is None
    assert cache("put", "k", "", "x", 60000) is False
    assert cache("remove", "k") is False


def test_what_is_removed_while_redis_does_not_answer_is_removed_when_it_does(drive, redis):
    cache, other = drive(redis=redis.url), drive(redis=redis.url)
    for key in ("k", "kept"):
        cache("put", key, "", "old", 60000)
    with redis.not_answering():
        assert cache("get", "k", "") is None  # from when on it asks no more for a second
        assert cache("remove", "k") is False
    wait_until(lambda: other("get", "k", "") is None, "the other sees that it is removed")
    assert not other("put", "k", "", "old", 60000)
    wait_until(lambda: cache("get", "kept", "") == "old", "it asks again")
    assert cache("get", "k", "") is None


def test_what_is_still_to_be_removed_is_neither_found_nor_put(drive, redis):
    """Where Redis answers, too, though it has no room to note that the key is gone."""
    cache = drive(redis=redis.url)
    cache("put", "k", "", "old", 60000)
    with redis.full():
        assert cache("remove", "k") is False
        assert redis.command("get", "k") == "old" and cache("get", "k", "") is None
    assert not cache("put", "k", "", "old", 60000)
    wait_until(lambda: redis.command("get", "k") == "", "it is told")
    assert cache("put", "other", "", "x", 60000) and cache("get", "other", "") == "x"


def test_so_many_are_removed_later_and_not_one_more(drive, redis):
    most = 10000  # SRV_OWED_MAX
    cache = drive(redis=redis.url)
    for number in range(3):
        cache("put", f"k{number}", "", "old", 600000)
    with redis.full():
        for number in range(most + 1):
            assert cache("remove", f"k{number}") is False
    wait_until(lambda: redis.command("exists", f"k{most}") == "1", "all are told")
    assert [cache("get", f"k{number}", "") for number in range(3)] == ["old", None, None]


def test_keys_of_scores_fall_together_for_no_two_leads(drive):
    key = drive()
    assert key("score_key", "acme", "lead-1") == "lead_scores:acme:lead-1"
    assert key("score_key", "a:b", "c") != key("score_key", "a", "b:c")
    assert key("score_key", "a%3A", "c") != key("score_key", "a:", "c")
    assert key("score_key", "a" * 500, "b" * 510) is not None
    assert key("score_key", "a" * 500, "b" * 511) is None
