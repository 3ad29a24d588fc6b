"""What the state machine hands to the tasks."""

from pydantic import BaseModel, ConfigDict


class OneExercise(BaseModel):
    """Names the exercise to work on."""

    model_config = ConfigDict(hide_input_in_errors=True, frozen=True)

    exercise: str
