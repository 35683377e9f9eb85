"""The tables of the store. A sample is one row, written in one transaction: it is there whole or not at all."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Integer, LargeBinary, MetaData, String, Table, Text

__all__ = ["VERSION", "about", "claims", "distances", "experiments", "metadata", "samples"]

VERSION = 1
"""Of this layout. A store with a higher one was written by a newer eschew and is left alone."""

NAME, DIGEST = String(200), String(80)

metadata = MetaData()

about = Table(
    "about",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)

experiments = Table(
    "experiments",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("question", Text, nullable=False),
    Column("model", NAME, nullable=False),
    Column("engine", NAME, nullable=False),
    Column("subjects", Integer, nullable=False),
    Column("arms", Integer, nullable=False),
    Column("pairs", Integer, nullable=False),
    Column("pairs_run", Integer, nullable=False),  # 0 until it is finished
    Column("begun", Float, nullable=False),  # seconds since 1970, UTC
    Column("finished", Float),
    Column("seconds", Float, nullable=False),
    Column("looks", Text, nullable=False),  # JSON list of pairs
    Column("content", LargeBinary, nullable=False),  # the experiment as JSON, watched concepts filled in
    Column("plans", LargeBinary, nullable=False),  # by subject and arm, as JSON: presets may change later
)

samples = Table(
    "samples",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("seed", BigInteger, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("engine", NAME, primary_key=True),
    Column("file", NAME, nullable=False),  # relative to the folder of files
    Column("sha256", String(64), nullable=False),  # of the samples or pixels
    Column("passes", Integer, nullable=False),
    Column("steps", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("detectors", DIGEST, nullable=False),  # which detectors made the readings
    Column("readings", LargeBinary, nullable=False),  # JSON
)

distances = Table(
    "distances",
    metadata,
    Column("without", String(64), primary_key=True),  # sha256 of a sample
    Column("with_arm", String(64), primary_key=True),
    Column("measures", DIGEST, primary_key=True),  # which measures made the numbers
    Column("numbers", LargeBinary, nullable=False),  # JSON
)

claims = Table(
    "claims",
    metadata,
    Column("digest", DIGEST, primary_key=True),
    Column("seed", BigInteger, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("engine", NAME, primary_key=True),
    Column("owner", NAME, nullable=False),
    Column("until", Float, nullable=False),  # seconds since 1970, UTC
)
