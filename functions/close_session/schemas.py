"""What the state machine hands to the tasks."""

from selfie.http.requests import Given


class OneExercise(Given):
    """Names the exercise to work on."""

    exercise: str
