"""What pages send about a school's data map: the coordinators' and those behind a link for colleagues."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StrictInt, StringConstraints

from selfie.domain.data_map import (
    Agreement,
    Answer,
    Channel,
    Data,
    Destroyed,
    Form,
    Ground,
    ImageUse,
    KeptFrom,
    Kind,
    People,
    Place,
    Prompt,
    Purpose,
    Right,
    Rules,
    Source,
    Special,
    SpecialGround,
    Tool,
    Transfer,
    Viewer,
)
from selfie.domain.informing import Approval
from selfie.http.requests import Incoming

# Far above what the rules allow: they name what is too long, this only ends what nobody types.
LONGEST_TEXT = 20_000
MOST_CHOICES = 40

Typed = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Chosen = Field(default=(), max_length=MOST_CHOICES)
# An ISO day and nothing else: pydantic would also take seconds since 1970.
Day = Annotated[date, Field(strict=True)]


class SentTool(Incoming):
    """A tool with what is known of it; what is left out is still open."""

    name: Typed
    kind: Kind
    prompts: tuple[Prompt, ...] = Chosen
    provider: Typed = ""
    people: tuple[People, ...] = Chosen
    sources: tuple[Source, ...] = Chosen
    data: tuple[Data, ...] = Chosen
    data_other: Typed = ""
    special: tuple[Special, ...] = Chosen
    special_ground: SpecialGround | None = None
    purposes: tuple[Purpose, ...] = Chosen
    purpose_other: Typed = ""
    ground: Ground | None = None
    seen_by: tuple[Viewer, ...] = Chosen
    passed_to: Typed = ""
    kept_from: KeptFrom | None = None
    kept_months: StrictInt | None = None
    places: tuple[Place, ...] = Chosen
    transfer: Transfer | None = None
    destroyed: Destroyed | None = None
    code_names: Answer | None = None
    agreement: Agreement | None = None
    agreement_from: Day | None = None
    agreement_until: Day | None = None
    breach_clause: Answer | None = None
    deletion_clause: Answer | None = None
    note: Typed = ""

    @property
    def said(self) -> Tool:
        """The tool as the domain knows it."""
        return Tool(**self.model_dump())


class ToolChange(Incoming):
    """A tool as it should be, made on the version that was seen."""

    version: StrictInt
    tool: SentTool


class SentImageUse(Incoming):
    """A place where images are shown."""

    channel: Channel
    asked: bool
    withdrawable: bool


class SentApproval(Incoming):
    """Which council agreed, when, and where that is written down."""

    body: Typed = ""
    day: Day
    reference: Typed = ""


class RulesChange(Incoming):
    """What is said of all tools together, made on the version that was seen."""

    version: StrictInt
    absent: tuple[Prompt, ...] = Chosen
    images: tuple[SentImageUse, ...] = Chosen
    no_images: bool = False
    rights: tuple[Right, ...] = Chosen
    contact: Typed = ""
    officer: Typed = ""
    approval: SentApproval | None = None
    no_council: bool = False

    @property
    def said(self) -> Rules:
        """The rules as the domain knows them."""
        typed = self.model_dump(exclude={"version", "images", "approval"})
        return Rules(
            **typed,
            images=tuple(ImageUse(**use.model_dump()) for use in self.images),
            approval=Approval(**self.approval.model_dump()) if self.approval else None,
        )


class InvitationWanted(Incoming):
    """Asks for a link for colleagues that works for so many days."""

    version: StrictInt
    days: StrictInt


class ByLink(Incoming):
    """What stands in the fragment of a link for colleagues."""

    token: Typed


class NewToolByLink(ByLink):
    """A new tool, from somebody with a link."""

    tool: SentTool


class ToolChangeByLink(ByLink):
    """A tool as it should be, from somebody with a link."""

    version: StrictInt
    tool: SentTool


class RegisterQuery(Incoming):
    """In which form a register is wanted."""

    format: Form


class NoticeQuery(Incoming):
    """In which form a notice is wanted."""

    format: Literal["json", "pdf"]
