from rnnlab.text.cleaning import STEPS, clean

__all__ = ["STEPS", "clean"]
