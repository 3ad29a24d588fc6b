"""What coordinators' pages and the state machine send."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from selfie.http.requests import Incoming


class DocumentRequest(Incoming):
    """Asks for the report in a language."""

    locale: Annotated[str, StringConstraints(max_length=20)]


class ReportTask(BaseModel):
    """Names the document a task works on."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    exercise: str
    locale: str


class RecordTask(ReportTask):
    """Says how the building of a document ended."""

    state: Literal["ready", "failed"]


class SendTask(ReportTask):
    """``execution`` names the try within which a message goes out at most once."""

    execution: str
