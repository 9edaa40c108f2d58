"""What every part of the configuration is."""

from pydantic import BaseModel, ConfigDict

ADDRESS = r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}$"
"""Where mail goes."""


class Part(BaseModel):
    """A part of the configuration: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
