"""`import_requests FILE --mapping boston --institution norte`: another system's requests become cases."""

from __future__ import annotations

import csv
import gzip
import io
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from cases.importing.loading import Busy, Loader, Tally
from cases.importing.mapping import Mapping, MappingError, load
from cases.importing.reading import read
from czrm.institutions.models import Institution

LONGEST_VALUE = 10_000_000
BAR = 30


class Command(BaseCommand):
    help = "Load the requests of another system, described by a mapping, as cases of an institution. Sends nothing; may be run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file, plain or .gz")
        parser.add_argument("--mapping", required=True, help="boston, madrid, pamplona, or the path of a YAML declaration")
        parser.add_argument("--institution", required=True, help="the institution's address in the portal (slug)")
        parser.add_argument("--report", type=Path, help="where to write the rows that stayed out or could not be read whole")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            mapping = load(options["mapping"])
        except MappingError as error:
            raise CommandError(str(error)) from error
        institution = Institution.objects.filter(slug=options["institution"]).first()
        if institution is None:
            raise CommandError(f"no institution {options['institution']}: use its address in the portal")
        if not file.is_file():
            raise CommandError(f"no file {file}")
        report: Path = options["report"] or Path(f"{file.name}.report.csv")
        loader = Loader(institution, mapping)
        try:
            with loader.alone():  # before the report is begun: the other's may have the same name
                tally = self.run(file, mapping, loader, report)
        except (Busy, OSError) as error:  # a .gz that is none, a report that cannot be written
            raise CommandError(str(error)) from error
        counts = f"{tally.loaded} loaded, {tally.known} known already, {tally.rejected} rejected, {tally.noted} noted"
        self.stdout.write(f"{tally.read} rows: {counts}; see {report}")

    def run(self, file: Path, mapping: Mapping, loader: Loader, report: Path) -> Tally:
        csv.field_size_limit(LONGEST_VALUE)
        tally, size = Tally(), file.stat().st_size
        with file.open("rb") as raw, report.open("w", newline="", encoding="utf-8") as told:
            writer = csv.writer(told)
            writer.writerow(["line", "external_id", "what", "why"])
            rows = csv.DictReader(text_of(raw, file))
            if missing := sorted(mapping.columns - set(rows.fieldnames or [])):
                raise CommandError(f"{file.name} lacks the columns {', '.join(missing)}: is {mapping.source} the right mapping?")
            try:
                for tally in loader.load(read(numbered(rows), mapping)):
                    writer.writerows(tally.report)
                    self.progress(raw.tell() / size, tally)
            except csv.Error as error:
                raise CommandError(f"{file.name}, line {rows.line_num}: {error}; {tally.read} rows before it went in") from error
        if sys.stderr.isatty():
            self.stderr.write("")
        return tally

    def progress(self, share: float, tally: Tally) -> None:
        if sys.stderr.isatty():
            done = round(share * BAR)
            bar = f"{'█' * done}{'·' * (BAR - done)}"
            self.stderr.write(f"\r[{bar}] {share:4.0%}  {tally.read} rows, {tally.rejected} rejected", str, ending="")
            self.stderr.flush()


def text_of(raw: IO[bytes], file: Path) -> IO[str]:
    data: Any = gzip.GzipFile(fileobj=raw) if file.suffix == ".gz" else raw
    return io.TextIOWrapper(data, encoding="utf-8-sig", errors="replace", newline="")


def numbered(rows: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with the line it begins at. Short rows have no value, not None; what lies beyond the header, and NUL, is left out."""
    line = rows.line_num + 1
    for row in rows:
        yield line, {key: (value or "").replace("\0", "") for key, value in row.items() if isinstance(key, str)}
        line = rows.line_num + 1
