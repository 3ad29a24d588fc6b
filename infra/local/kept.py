"""Keep on disk what moto holds in memory only: documents, e-mails, and executions that are not over."""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from infra.local.aws import BUCKET, RESEARCH_BUCKET, Aws
from infra.local.files import read_json, write_json


class Kept:
    """A folder that follows S3, the mailbox and the running executions, and restores them after a restart."""

    def __init__(self, folder: Path, aws: Aws) -> None:
        """Use a folder that may hold what an earlier run kept."""
        self._objects = {BUCKET: folder / "objects", RESEARCH_BUCKET: folder / "research"}
        self._mail = folder / "mail"
        self._executions = folder / "executions.json"
        self._aws = aws
        self._seen: dict[Path, str] = {}
        self._running: list[dict[str, str]] | None = None
        self._lock = Lock()
        self._mail.mkdir(parents=True, exist_ok=True)

    def restore(self) -> None:
        """Put documents back, and start again what had not finished: every task may be done twice."""
        for bucket, folder in self._objects.items():
            for file in _files(folder):
                self._aws.s3.put_object(Bucket=bucket, Key=file.relative_to(folder).as_posix(), Body=file.read_bytes())
        for entry in read_json(self._executions) or ():
            self._aws.start(entry["machine"], entry["name"], entry["input"])

    def follow(self) -> None:
        """Write down what is new; it is called every moment."""
        with self._lock:
            self._follow_mail()
            self._follow_objects()
            self._follow_executions()

    def messages(self) -> list[Path]:
        """List the kept messages, oldest first; the file's name without its ending is the message's number."""
        return sorted(self._mail.glob("*.eml"))

    def _follow_mail(self) -> None:
        number = len(self.messages())
        for message in self._aws.take_mail():
            number += 1
            (self._mail / f"{number:06d}.eml").write_bytes(message)

    def _follow_objects(self) -> None:
        there = set()
        for bucket, folder in self._objects.items():
            for page in self._aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for entry in page.get("Contents", ()):
                    key, mark = entry["Key"], entry["ETag"]
                    file = folder / key
                    there.add(file)
                    if self._seen.get(file) != mark:
                        file.parent.mkdir(parents=True, exist_ok=True)
                        file.write_bytes(self._aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
                        self._seen[file] = mark
        for gone in set(self._seen) - there:
            gone.unlink()
            del self._seen[gone]

    def _follow_executions(self) -> None:
        running = [
            {"machine": run.machine, "name": run.name, "input": self._aws.input_of(run.arn)}
            for run in self._aws.runs()
            if run.status == "RUNNING"
        ]
        if running != self._running:
            write_json(self._executions, running)
            self._running = running


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
