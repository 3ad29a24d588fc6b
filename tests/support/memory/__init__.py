"""In-memory fakes of the ports, held to the same contracts as the stores (tests/integration/test_*_contract.py)."""

from tests.support.memory.clock import StoppedClock
from tests.support.memory.exercises import MemoryCompanies, MemoryDueLists, MemoryExercises, MemoryPublicCounters
from tests.support.memory.research import MemoryContributions, MemoryResearchLedger, MemoryResearchTables, MemorySeal
from tests.support.memory.results import (
    MemoryActionPlans,
    MemoryBadges,
    MemoryDataMaps,
    MemoryDocuments,
    MemoryReportBuilding,
    MemoryResults,
)
from tests.support.memory.schools import MemoryLeaving, MemoryMailboxes, MemoryMailer, MemorySchools, MemoryWholeSchool
from tests.support.memory.sign_in import MemoryAccountLinks, MemoryAttempts, MemoryLogins, MemoryOldAccounts
from tests.support.memory.tallies import MemoryCopies, MemoryLeftovers, MemoryTallies, MemoryTotals

__all__ = [
    "MemoryAccountLinks",
    "MemoryActionPlans",
    "MemoryAttempts",
    "MemoryBadges",
    "MemoryCompanies",
    "MemoryContributions",
    "MemoryCopies",
    "MemoryDataMaps",
    "MemoryDocuments",
    "MemoryDueLists",
    "MemoryExercises",
    "MemoryLeaving",
    "MemoryLeftovers",
    "MemoryLogins",
    "MemoryMailboxes",
    "MemoryMailer",
    "MemoryOldAccounts",
    "MemoryPublicCounters",
    "MemoryReportBuilding",
    "MemoryResearchLedger",
    "MemoryResearchTables",
    "MemoryResults",
    "MemorySchools",
    "MemorySeal",
    "MemoryTallies",
    "MemoryTotals",
    "MemoryWholeSchool",
    "StoppedClock",
]
