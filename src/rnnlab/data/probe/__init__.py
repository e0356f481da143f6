"""Probes: small problems with known answers that show what a recurrence can hold in its state."""
