from rnnlab.text.cleaner import Cleaner
from rnnlab.text.steps import STEPS

__all__ = ["STEPS", "Cleaner"]
