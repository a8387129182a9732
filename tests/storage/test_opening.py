"""Opening: what is a store and what is not, and what opening leaves behind."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from localpay.errors import (
    NewerStoreError,
    NotAStoreError,
    OlderStoreError,
    ReadOnlyStoreError,
    StoreAccessError,
    StoreClosedError,
    StoreDamagedError,
    StoreError,
    StoreExistsError,
    StoreLockedError,
    StoreNotFoundError,
)
from localpay.storage import schema
from localpay.store import Store

as_root = hasattr(os, "geteuid") and os.geteuid() == 0


def test_a_new_store_is_readable_by_its_owner_alone(path: Path) -> None:
    Store.open(path).close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_closed_store_is_one_file(path: Path) -> None:
    with Store.open(path) as store:
        store.sessions.create(provider_id="manual")

    assert os.listdir(path.parent) == [path.name]


def test_reading_leaves_no_file_beside_the_store(path: Path) -> None:
    with Store.open(path) as store:
        store.sessions.create(provider_id="manual")
    before = path.read_bytes()

    with Store.open(path, read_only=True) as store:
        assert store.sessions.count() == 1
        assert os.listdir(path.parent) == [path.name]

    assert os.listdir(path.parent) == [path.name]
    assert path.read_bytes() == before


def test_a_reader_sees_what_a_writer_adds_meanwhile(path: Path) -> None:
    Store.open(path).close()
    with Store.open(path, read_only=True) as reader, Store.open(path) as writer:
        assert reader.sessions.count() == 0
        mark = reader.change_mark()
        writer.sessions.create(provider_id="manual")

        assert reader.sessions.count() == 1
        assert reader.change_mark() != mark


def test_a_store_opened_for_reading_refuses_every_change(path: Path) -> None:
    with Store.open(path) as store:
        session = store.sessions.create(provider_id="manual")

    with Store.open(path, read_only=True) as store:
        for change in (
            lambda: store.sessions.create(provider_id="manual"),
            lambda: store.sessions.update(session.id, amount=1),
            lambda: store.sessions.delete(session.id),
            store.undo,
        ):
            with pytest.raises(ReadOnlyStoreError, match="nothing was changed"):
                change()


@pytest.mark.parametrize(("create", "read_only"), [(True, True), (False, False)])
def test_a_file_that_is_not_there_is_not_made_unless_asked_for(
    path: Path, create: bool, read_only: bool
) -> None:
    with pytest.raises(StoreNotFoundError, match="no such file"):
        Store.open(path, create=create, read_only=read_only)

    assert not path.exists()


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()

    with Store.open(path) as store:
        assert store.check() == []


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\0", b"\0" * 4096, b"{}" * 300])
def test_a_file_of_another_kind_is_refused_untouched(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(NotAStoreError, match="not a localpay store"):
        Store.open(path)

    assert path.read_bytes() == content
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_another_programs_sqlite_file_is_refused_untouched(path: Path, mode: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE payment_session (id TEXT)")
        connection.commit()
    before = path.read_bytes()

    with pytest.raises(NotAStoreError, match="belongs to another program"):
        Store.open(path)

    assert path.read_bytes() == before
    assert os.listdir(path.parent) == [path.name]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAStoreError, match="this is a folder"):
        Store.open(tmp_path)


def test_a_store_of_a_newer_localpay_is_refused(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    with pytest.raises(NewerStoreError, match="newer localpay"):
        Store.open(path)


def test_an_older_store_is_migrated_with_a_copy_made_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(path) as store:
        session = store.sessions.create(provider_id="manual")
    version = len(schema.MIGRATIONS)
    step = "CREATE TABLE extra (id TEXT) STRICT;"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))

    with pytest.raises(OlderStoreError, match="older localpay"):
        Store.open(path, read_only=True)
    with Store.open(path) as store:
        assert store.sessions.get(session.id) == session

    copy = path.with_name(f"{path.name}.v{version}.bak")
    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:-1])
    with Store.open(copy) as store:
        assert store.sessions.get(session.id) == session


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(path) as store:
        session = store.sessions.create(provider_id="manual")
    step = "CREATE TABLE extra (id TEXT) STRICT;\nCREATE TABLE cart (id TEXT);"
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, step))
    with pytest.raises(Exception, match="already exists"):
        Store.open(path)

    monkeypatch.undo()
    with Store.open(path) as store:
        assert store.sessions.get(session.id) == session
        assert store.check() == []


def test_a_file_that_was_cut_off_says_that_it_is_damaged(path: Path) -> None:
    with Store.open(path) as store:
        for _ in range(200):
            store.sessions.create(provider_id="manual", data={"filling": "x" * 500})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(StoreDamagedError, match="restore it from a backup"), Store.open(path) as it:
        list(it.sessions.iterate())


def test_a_store_that_another_program_keeps_locked_says_so(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(path).close()
    monkeypatch.setattr("localpay.storage.connections.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Store.open(path) as store:
            with pytest.raises(StoreLockedError, match="another program is writing"):
                store.sessions.create(provider_id="manual")
            assert store.sessions.count() == 0
            other.execute("ROLLBACK")
            store.sessions.create(provider_id="manual")


@pytest.mark.skipif(as_root, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreAccessError, match="cannot be written"):
        Store.open(tmp_path / "shop.localpay")


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreAccessError, match="cannot be written: No such file or directory"):
        Store.open(tmp_path / "nowhere" / "shop.localpay")


def test_a_full_disk_says_so_and_changes_nothing(path: Path) -> None:
    with Store.open(path) as store:
        store.sessions.create(provider_id="manual")
    script = """
import resource, signal, sys
from localpay.errors import StoreAccessError, StoreFullError
from localpay.store import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with Store.open(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    try:
        with store.transaction():
            for _ in range(4000):
                store.sessions.create(provider_id="manual", data={"filling": "x" * 5000})
    except (StoreAccessError, StoreFullError) as error:
        print(error)
    print(store.sessions.count())
"""
    told = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )

    message, count = told.stdout.splitlines()
    assert "disk" in message
    assert count == "1"


def test_two_programs_may_make_the_same_store_at_once(path: Path) -> None:
    script = "import sys; from localpay.store import Store; Store.open(sys.argv[1]).close()"
    programs = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(4)]

    assert [program.wait() for program in programs] == [0, 0, 0, 0]
    with Store.open(path) as store:
        assert store.check() == []


def test_a_store_is_closed_for_all_threads(path: Path) -> None:
    store = Store.open(path)
    thread = threading.Thread(target=store.sessions.count)
    thread.start()
    thread.join()

    store.close()
    store.close()

    with pytest.raises(StoreClosedError):
        store.sessions.count()


def test_a_backup_is_a_whole_store_and_never_replaces_a_file(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.localpay"
    with Store.open(path) as store:
        session = store.sessions.create(provider_id="manual")
        store.backup(copy)
        with pytest.raises(StoreExistsError):
            store.backup(copy)

    with Store.open(copy) as store:
        assert store.sessions.get(session.id) == session
        assert store.check() == []
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_disk_without_hard_links_takes_a_backup_too(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_part: Path, _path: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    copy = tmp_path / "copy.localpay"
    with Store.open(path) as store:
        store.backup(copy)
        assert store.path == path

    before = set(tmp_path.iterdir())
    with Store.open(copy, create=False) as store:
        assert store.check() == []
    assert set(tmp_path.iterdir()) == before == {path, copy}


def test_a_store_in_memory_can_be_backed_up(tmp_path: Path) -> None:
    with Store.open(":memory:") as store:
        store.sessions.create(provider_id="manual")
        store.backup(tmp_path / "copy.localpay")

    with Store.open(tmp_path / "copy.localpay", create=False) as store:
        assert store.sessions.count() == 1


@pytest.mark.parametrize("place", [":memory:", "store.localpay"])
def test_a_backup_inside_a_transaction_is_refused(place: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.localpay"
    with Store.open(place if place == ":memory:" else tmp_path / place) as store:
        with store.transaction():
            store.sessions.create(provider_id="manual")
            with pytest.raises(StoreError, match="cannot be copied inside a transaction"):
                store.backup(copy)
        assert not copy.exists()
        store.backup(copy)

    with Store.open(copy, create=False) as store:
        assert store.sessions.count() == 1


def test_a_copy_of_the_file_is_a_store(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as store:
        store.sessions.create(provider_id="manual")
    shutil.copy(path, tmp_path / "copy")

    with Store.open(tmp_path / "copy") as store:
        assert store.sessions.count() == 1
