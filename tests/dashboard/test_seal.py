"""What is signed: links that work once, cookies, and the key."""

import threading
from pathlib import Path

from dashboard.context import EVERY, Identity
from dashboard.seal import Seal


def test_a_link_raced_for_has_one_winner(tmp_path: Path) -> None:
    """However many use a token at the same moment, in however many processes, one gets in."""
    token = Seal(tmp_path).token()
    won: list[bool] = []
    threads = [
        threading.Thread(target=lambda: won.append(Seal(tmp_path).redeem(token) == "instructor"))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 19 + [True]


def test_what_was_signed_for_one_purpose_serves_no_other(tmp_path: Path) -> None:
    """A token is no cookie, a cookie no token, and both grow old."""
    seal = Seal(tmp_path)
    identity = Identity("instructor", "p-1", "Boss", EVERY)
    name = seal.cookie_name("instructor")
    assert seal.identity({name: seal.cookie(identity)}) == identity
    assert seal.identity({seal.cookie_name("trainee"): seal.cookie(identity)}) is None
    assert seal.identity({name: seal.token()}) is None
    assert seal.redeem(seal.cookie(identity)) is None
    assert seal.identity({name: seal.cookie(identity)}, age_s=-1) is None
    assert seal.redeem(seal.token(), age_s=-1) is None


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    """The file is made once, readable by its owner, and never replaced."""
    first, second = Seal(tmp_path), Seal(tmp_path)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert first.join_code() == second.join_code()
